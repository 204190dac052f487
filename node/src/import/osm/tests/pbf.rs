//! Protobuf, written by hand: enough to make files, good and hostile. A bench makes a large one of it.
#![allow(clippy::unwrap_used, dead_code, reason = "a failure here is the test's; a bench uses its part")]

pub fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
pub fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3);
    varint(out, value);
}
pub fn bytes(out: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}
pub fn deltas(values: &[i64]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut before = 0;
    for value in values {
        varint(&mut out, zigzag(value.wrapping_sub(before)));
        before = *value;
    }
    out
}
pub fn blob_of_size(kind: &str, content: &[u8], size: u64) -> Vec<u8> {
    let mut header = Vec::new();
    bytes(&mut header, 1, kind.as_bytes());
    number(&mut header, 3, size);
    let mut out = u32::try_from(header.len()).unwrap().to_be_bytes().to_vec();
    out.extend(header);
    out.extend_from_slice(content);
    out
}
pub fn blob(kind: &str, message: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    bytes(&mut content, 1, message);
    blob_of_size(kind, &content, content.len() as u64)
}
pub fn header(feature: &str) -> Vec<u8> {
    let mut message = Vec::new();
    bytes(&mut message, 4, b"OsmSchema-V0.6");
    bytes(&mut message, 4, feature.as_bytes());
    blob("OSMHeader", &message)
}
pub type Tags<'a> = &'a [(&'a str, &'a str)];
fn strings(groups: &[Tags]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut table = Vec::new();
    bytes(&mut table, 1, b"");
    let mut next = 1;
    let mut indices = Vec::new();
    for tags in groups {
        let mut own = Vec::new();
        for text in tags.iter().flat_map(|(key, value)| [key, value]) {
            bytes(&mut table, 1, text.as_bytes());
            varint(&mut own, next);
            next += 1;
        }
        indices.push(own);
    }
    (table, indices)
}
fn block(table: &[u8], group: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    bytes(&mut message, 1, table);
    bytes(&mut message, 2, group);
    message
}
/// Dense nodes: id, latitude and longitude in 1e-7 degree, tags.
pub fn nodes(nodes: &[(i64, i64, i64, Tags)]) -> Vec<u8> {
    blob("OSMData", &nodes_message(nodes))
}
/// The same, as what stands in a blob.
pub fn nodes_message(nodes: &[(i64, i64, i64, Tags)]) -> Vec<u8> {
    let (table, indices) = strings(&nodes.iter().map(|node| node.3).collect::<Vec<_>>());
    let mut dense = Vec::new();
    bytes(&mut dense, 1, &deltas(&nodes.iter().map(|node| node.0).collect::<Vec<_>>()));
    bytes(&mut dense, 8, &deltas(&nodes.iter().map(|node| node.1).collect::<Vec<_>>()));
    bytes(&mut dense, 9, &deltas(&nodes.iter().map(|node| node.2).collect::<Vec<_>>()));
    let keys: Vec<u8> = indices.into_iter().flat_map(|own| own.into_iter().chain([0])).collect();
    bytes(&mut dense, 10, &keys);
    let mut group = Vec::new();
    bytes(&mut group, 2, &dense);
    block(&table, &group)
}
/// Ways (field 3 of a group) or relations (field 4), with node ids.
pub fn things_message(field: u64, things: &[(i64, &[i64], Tags)]) -> Vec<u8> {
    let (mut table, indices) = strings(&things.iter().map(|thing| thing.2).collect::<Vec<_>>());
    let next_role = 1 + 2 * things.iter().map(|thing| thing.2.len()).sum::<usize>();
    bytes(&mut table, 1, b"inner");
    let mut group = Vec::new();
    for ((id, refs, _), own) in things.iter().zip(indices) {
        let mut thing = Vec::new();
        number(&mut thing, 1, *id as u64);
        let numbers: Vec<&[u8]> = own.split_inclusive(|byte| byte & 0x80 == 0).collect();
        let every_other = |from: usize| -> Vec<u8> {
            numbers.iter().skip(from).step_by(2).flat_map(|number| number.iter().copied()).collect()
        };
        let (keys, values) = (every_other(0), every_other(1));
        bytes(&mut thing, 2, &keys);
        bytes(&mut thing, 3, &values);
        if field == 3 {
            bytes(&mut thing, 8, &deltas(refs));
        } else {
            // Members: all ways, the last of them a hole.
            let mut roles = vec![0; refs.len().saturating_sub(1)];
            if !refs.is_empty() {
                varint(&mut roles, next_role as u64);
            }
            bytes(&mut thing, 8, &roles);
            bytes(&mut thing, 9, &deltas(refs));
            bytes(&mut thing, 10, &vec![1; refs.len()]);
        }
        bytes(&mut group, field, &thing);
    }
    block(&table, &group)
}
pub fn ways(ways: &[(i64, &[i64], Tags)]) -> Vec<u8> {
    blob("OSMData", &things_message(3, ways))
}
pub fn relations(relations: &[(i64, &[i64], Tags)]) -> Vec<u8> {
    blob("OSMData", &things_message(4, relations))
}
