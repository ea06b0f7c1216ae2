//! Paths of Kubernetes' API, as audit logs write them.

use super::model::ApiPart;

/// A part of `batch/v1/namespaces/shop/cronjobs/prices/status`, with or without `/apis/` before it and a query behind.
pub fn api_part(path: &str, part: ApiPart) -> Option<&str> {
    let path = path.split('?').next().unwrap_or_default().trim_start_matches('/');
    let (group, rest) = match path.strip_prefix("api/") {
        Some(core) => ("", core),
        None => path.strip_prefix("apis/").unwrap_or(path).split_once('/')?,
    };
    let pieces: Vec<&str> = rest.split('/').skip(1).filter(|piece| !piece.is_empty()).take(6).collect();
    let (namespace, object) = match *pieces {
        ["namespaces", namespace, _, ..] => (Some(namespace), &pieces[2..]),
        ["namespaces", namespace] => (Some(namespace), &pieces[..]),
        _ => (None, &pieces[..]),
    };
    match part {
        ApiPart::Group => Some(group).filter(|group| !group.is_empty() && *group != "core"),
        ApiPart::Namespace => namespace,
        ApiPart::Resource => object.first().copied(),
        ApiPart::Name => object.get(1).copied(),
        ApiPart::Subresource => object.get(2).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_their_parts() {
        let check = |path: &str, wanted: [&str; 5]| {
            let parts = [ApiPart::Group, ApiPart::Namespace, ApiPart::Resource, ApiPart::Name, ApiPart::Subresource];
            assert_eq!(parts.map(|part| api_part(path, part).unwrap_or("-")), wanted, "{path}");
        };
        check("batch/v1/namespaces/shop/cronjobs/prices", ["batch", "shop", "cronjobs", "prices", "-"]);
        check("/apis/batch/v1/namespaces/shop/cronjobs?limit=5", ["batch", "shop", "cronjobs", "-", "-"]);
        check("core/v1/namespaces/shop/pods/p/exec", ["-", "shop", "pods", "p", "exec"]);
        check("/api/v1/nodes/n", ["-", "-", "nodes", "n", "-"]);
        check("core/v1/namespaces/shop", ["-", "shop", "namespaces", "shop", "-"]);
        check("rbac.authorization.k8s.io/v1/clusterroles/r", ["rbac.authorization.k8s.io", "-", "clusterroles", "r", "-"]);
        check("", ["-"; 5]);
        check("batch/v1", ["batch", "-", "-", "-", "-"]);
    }
}
