//! For protocols that cannot say no: what is not taken is offered again, and meanwhile nothing more is read.

use crate::{Count, Delivery, Intake, Refused, Stop};
use std::time::Duration;

/// Longest wait between two offers.
const LONGEST: Duration = Duration::from_secs(10);

/// `false` where it is not kept, because everything stops.
pub async fn offer_until_taken(intake: &dyn Intake, delivery: Delivery, stop: &mut Stop) -> bool {
    let mut wait = Duration::from_millis(200);
    loop {
        let refused = match intake.offer(delivery.clone()).await {
            Ok(()) => return true,
            Err(refused) => refused,
        };
        let told = match &refused {
            Refused::Stopping => return false,
            Refused::Full { retry_after_seconds } => Duration::from_secs(*retry_after_seconds),
            Refused::Storage(_) => LONGEST,
        };
        intake.count(&delivery.source, Count::Refused(refused.code()), 1);
        tokio::select! {
            () = stop.told() => return false,
            () = tokio::time::sleep(wait.min(told.max(wait)).min(LONGEST)) => {}
        }
        wait = (wait * 2).min(LONGEST);
    }
}
