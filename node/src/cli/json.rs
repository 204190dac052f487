//! The JSON of what several commands print. Stable: scripts depend on the names. Ids are hexadecimal,
//! positions `lat` and `lon` in degrees, moments `…_ms` in milliseconds since 1970 UTC. The shapes stand in
//! each command's `--help`.

use super::when;
use crate::{failure::Failure, times::date_of};
use communaut_protocol::{Position, fold::ElementView, op::BlobRef};
use serde_json::{Value, json};

/// A failure, as one line.
pub(crate) fn failure(failure: &Failure) -> String {
    let mut said = json!({ "code": failure.code, "message": failure.message, "rule": failure.rule });
    if let (Some(reason), Some(said)) = (&failure.reason, said.as_object_mut()) {
        said.insert("reason".into(), json!(reason));
    }
    json!({ "error": said }).to_string()
}

/// Wrong usage, as one line.
pub(crate) fn usage(message: &str) -> String {
    json!({ "error": { "code": "usage", "message": message, "rule": null } }).to_string()
}

pub(crate) fn element(element: &ElementView) -> Value {
    json!({
        "id": element.id,
        "kind": element.kind,
        "name": element.name,
        "description": element.description,
        "lat": element.position.map(Position::lat),
        "lon": element.position.map(Position::lon),
        "address": element.address,
        "phone": element.phone,
        "email": element.email,
        "website": element.website,
        "opening_hours": element.opening_hours,
        "tags": element.tags,
        "subkind": element.subkind,
        "stage": element.stage,
        "languages": element.languages,
        "contacts": element.contacts,
        "instead": element.instead.as_ref().map(|view| {
            json!({ "series": view.said.series, "day": date_of(view.said.day).map(|day| day.to_string()) })
        }),
        "when": element.when.as_ref().map(when::json),
        "parent": element.parent,
        "files": blobs(&element.blobs),
        "owner": element.owner,
        "cell": element.scope.cell,
        // A closed community's scope has an id of its own, which is nobody's business.
        "container": Some(element.scope.container).filter(|id| !id.is_zero() && !element.scope.is_closed()),
        "closed": element.scope.is_closed(),
        "provenance": element.provenance.as_ref().map(|from| json!({
            "source": from.source,
            "id": from.id,
            "licence": from.licence,
        })),
        "sample": element.sample,
        "updated_ms": element.updated.ms(),
    })
}

/// Pictures and files that something points at; their bytes are another matter.
pub(crate) fn blobs(blobs: &[BlobRef]) -> Value {
    let one =
        |blob: &BlobRef| json!({ "hash": blob.hash, "size": blob.size, "type": blob.media_type, "alt": blob.alt });
    blobs.iter().map(one).collect()
}
