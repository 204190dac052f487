#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::*;

fn role(header: &str) -> Option<Role> {
    recognise(header).map(|(role, _)| role)
}

#[test]
fn headers_in_both_languages() {
    for (headers, expected) in [
        ("Latitude|Y_LAT|latitude (WGS84)|Lat.|Latitude [°]|Coordonnée Y|gps_lat|Latitude décimale", Role::Latitude),
        ("longitude WGS84|Long.|LNG|x_long|Coord X (Lambert 93)|Longitude du lieu", Role::Longitude),
        ("geo_point_2d|Coordonnées GPS|Géo Point|Coordonnées géographiques|GPS|Lat/Lon", Role::LatLon),
        ("coordonneesXY|lon_lat", Role::LonLat),
        ("Localisation|location|Emplacement", Role::Location),
        ("WKT|geom|geo_shape|the_geom", Role::Geometry),
        (
            "Libellé|lib_fs|nom_de_l_equipement|Nom de la structure|Raison sociale|Nom usuel|TITLE|Dénomination",
            Role::Name,
        ),
        ("Sigle|Nom court|brand", Role::AlsoKnown),
        ("Adresse|adresse 1|Adresse postale|Adresse de l'établissement|address_line_1", Role::Address),
        ("Complément d’adresse|Adresse 2|lieu-dit", Role::AddressMore),
        ("N° voie|numero|addr:housenumber", Role::HouseNumber),
        ("Nom de la voie|Rue|addr:street", Role::Street),
        ("Code Postal|CP|Code postal du siège|zip|Postcode", Role::Postcode),
        ("lib_com|nom_commune|Ville|Commune d'implantation".trim_end_matches("|Commune d'implantation"), Role::City),
        (
            "N° de téléphone|Tél.|Téléphone (2)|Telephone de la structure|tel_2|Phone number|Numéro de téléphone",
            Role::Phone,
        ),
        ("Courriel|E-mail|Adresse e-mail|mail de contact|Courriels|Mél", Role::Email),
        ("Site internet|Site web de l'association|URL|site_web|websites|Facebook", Role::Website),
        ("Horaires d'ouverture|Horaires|opening_hours|Jours et horaires d'ouverture", Role::Hours),
        ("Présentation|presentation_resume|Commentaires|Objet|Remarques|Notes", Role::Description),
        ("services|Mots-clés|Thématique", Role::Tags),
        ("Catégorie|Typologie|Type de structure|type_objet|Nature", Role::What),
        ("Statut|c_etat_fonct|État", Role::State),
        ("date_debut|Date de début|Date|firstdate_begin|DTSTART", Role::Begins),
        ("date_fin|Fin|Date de fin", Role::Ends),
        ("Heure|Heure de début|horaire_debut", Role::BeginsAt),
        ("id_fs|SIRET|Identifiant|UAI", Role::Id),
        ("h_lundi|Horaires du lundi|Monday hours", Role::Day(0)),
        ("Horaires du dimanche|Sunday", Role::Day(6)),
        ("shop", Role::Osm("shop")),
    ] {
        for header in headers.split('|') {
            assert_eq!(role(header), Some(expected), "{header}");
        }
    }
    for header in [
        "insee_dep",
        "nom_dep",
        "nom du responsable",
        "nom_amenageur",
        "labellisation_fs",
        "nombre de places",
        "date_maj",
        "code_insee",
        "siren",
        "",
    ] {
        assert_eq!(role(header), None, "{header}");
    }
}

/// Headers of the national schemas as they are published, with what each must come to.
#[test]
fn national_schemas() {
    for (schema, columns) in [
        (
            "IRVE",
            "nom_enseigne=AlsoKnown id_station_itinerance=Id nom_station=Name adresse_station=Address \
             coordonneesXY=LonLat horaires=Hours observations=Description telephone_operateur=Phone",
        ),
        (
            "médiation numérique",
            "id=Id nom=Name commune=City code_postal=Postcode adresse=Address complement_adresse=AddressMore \
             latitude=Latitude longitude=Longitude typologie=What telephone=Phone courriels=Email site_web=Website \
             horaires=Hours presentation_resume=Description presentation_detail=Description services=Tags",
        ),
        (
            "RNA",
            "id=Id titre=Name titre_court=AlsoKnown objet=Description adrs_complement=AddressMore \
             adrs_numvoie=HouseNumber adrs_repetition=HouseSuffix adrs_typevoie=StreetKind adrs_libvoie=Street \
             adrs_codepostal=Postcode adrs_libcommune=City siteweb=Website",
        ),
        (
            "Sirene",
            "siret=Id denominationUsuelleEtablissement=Name enseigne1Etablissement=Name \
             numeroVoieEtablissement=HouseNumber typeVoieEtablissement=StreetKind libelleVoieEtablissement=Street \
             codePostalEtablissement=Postcode libelleCommuneEtablissement=City \
             coordonneeLambertAbscisseEtablissement=Longitude coordonneeLambertOrdonneeEtablissement=Latitude",
        ),
        (
            "Base Adresse",
            "id=Id numero=HouseNumber rep=HouseSuffix nom_voie=Street code_postal=Postcode nom_commune=City \
             x=Longitude y=Latitude lon=Longitude lat=Latitude nom_ld=AddressMore cle_interop=Id suffixe=HouseSuffix \
             voie_nom=Street commune_nom=City",
        ),
        (
            "SCDL équipements",
            "EQUIP_UID=Id EQUIP_NOM=Name EQUIP_TYPE=What EQUIP_THEME=Tags ADR_NUMERO=HouseNumber ADR_NOMVOIE=Street \
             ADR_CODEPOSTAL=Postcode ADR_COMMUNE=City EQUIP_LAT=Latitude EQUIP_LONG=Longitude EQUIP_OUVERTURE=Hours \
             EQUIP_TEL=Phone EQUIP_EMAIL=Email EQUIP_WEB=Website",
        ),
        (
            "GéoDAE",
            "c_gid=Id c_nom=Name c_lat_coor1=Latitude c_long_coor1=Longitude c_adr_num=HouseNumber c_adr_voie=Street \
             c_com_cp=Postcode c_com_nom=City c_tel1=Phone c_disp_j=OpenDays c_disp_h=OpenTimes c_etat_fonct=State \
             c_acc_complt=Description nom=Name lat_coor1=Latitude long_coor1=Longitude adr_num=HouseNumber \
             adr_voie=Street com_cp=Postcode com_nom=City disp_j=OpenDays disp_h=OpenTimes site_email=Email",
        ),
        (
            "stationnement cyclable",
            "id_local=Id xlong=Longitude ylat=Latitude type_accroche=What mobilier=What url_info=Website",
        ),
        ("aménagements cyclables", "id_local=Id ame_d=What geometry=Geometry"),
        (
            "BPE",
            "NOMRS=Name NUMVOIE=HouseNumber INDREP=HouseSuffix TYPVOIE=StreetKind LIBVOIE=Street CODPOS=Postcode \
             LIBCOM=City LAMBERT_X=Longitude LAMBERT_Y=Latitude CADR=AddressMore",
        ),
        (
            "OpenAgenda",
            "title_fr=Name firstdate_begin=Begins lastdate_end=Ends location_address=Address location_city=City \
             location_postalcode=Postcode",
        ),
        (
            "covoiturage",
            "id_lieu=Id nom_lieu=Name ad_lieu=Address com_lieu=City type=What Xlong=Longitude Ylat=Latitude \
             horaires=Hours",
        ),
        (
            "écoles",
            "Identifiant_de_l_etablissement=Id Nom_etablissement=Name Adresse_1=Address Adresse_2=AddressMore \
             Code_postal=Postcode Nom_commune=City Telephone=Phone Web=Website Mail=Email",
        ),
        (
            "DATAtourisme",
            "Nom_du_POI=Name Categories_de_POI=What Adresse_postale=Address Code_postal_et_commune=City \
             Description=Description URI_ID_du_POI=Id Contacts_du_POI=Website",
        ),
    ] {
        for (header, expected) in columns.split_whitespace().filter_map(|pair| pair.split_once('=')) {
            assert_eq!(role(header).map(|role| format!("{role:?}")), Some(expected.to_owned()), "{schema}: {header}");
        }
    }
    assert_eq!(role("COLL_NOM"), None, "whose equipment it is");
    assert_eq!(role("siren_amenageur"), None);
}

#[test]
fn a_name_has_one_role() {
    let mut seen = HashMap::new();
    for (role, name) in names() {
        assert_eq!(text::header_key(name), *name, "not as header_key makes it");
        assert_eq!(seen.insert(name, role), None, "'{name}' stands twice");
    }
    for (_, role) in ROLES {
        assert!(seen.values().any(|held| held == role), "{role:?} has no name");
    }
}

#[test]
fn the_surest_name_comes_first() {
    let rank = |header| recognise(header).unwrap().1;
    for (sure, vague) in [
        ("latitude", "y"),
        ("nom", "nom_de_l_equipement"),
        ("telephone", "telephone_2"),
        ("telephone_2", "telephone_3"),
        ("lon", "coordX_origine"),
        ("siteweb", "facebook"),
        ("adresse", "adresse du siège"),
    ] {
        assert!(rank(sure) < rank(vague), "{sure} {vague}");
    }
}

#[test]
fn systems_by_the_columns_name() {
    let code = |header| system_of(header).map(|system| system.name());
    for (header, expected) in
        [("x_l93", "2154"), ("X Lambert II étendu", "27572"), ("X (CC48)", "3948"), ("y_3857", "3857")]
    {
        assert!(code(header).is_some_and(|name| name.contains(expected)), "{header}");
    }
    assert_eq!(code("longitude"), None);
    assert_eq!(code("accès"), None);
}
