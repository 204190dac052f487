//! What the values of a record are for.

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Latitude,
    Longitude,
    /// Both in one, latitude first.
    LatLon,
    /// Both in one, longitude first.
    LonLat,
    /// WKT or a GeoJSON geometry.
    Geometry,
    Name,
    Address,
    AddressMore,
    HouseNumber,
    Street,
    Postcode,
    City,
    Phone,
    Email,
    Website,
    Hours,
    /// The hours of one day, Monday 0.
    Day(u8),
    Description,
    /// Other names, worth finding it by.
    AlsoKnown,
    Tags,
    /// A key of OpenStreetMap that says what something is, e.g. "shop".
    Osm(&'static str),
    Id,
    Kind,
}

/// Order among columns of the same role: the lowest comes first.
pub(super) type Rank = u16;
