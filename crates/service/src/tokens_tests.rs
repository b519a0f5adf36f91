//! Tokens that are ours, and all that are not.

use hmac::{Hmac, Mac};
use serde_json::{Value, json};

use super::*;

fn credential() -> Bearer {
    let staff = Staff { staff_id: Uuid::new_v4(), name: "派遣员".into(), grants: vec![] };
    Bearer::Staff(Credential { staff, session_id: Uuid::new_v4(), only_enrolling: false })
}

type Sign = fn(&[u8]) -> Vec<u8>;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn keys(named: &[(&str, u8)]) -> TokenKeys {
    let seeds: Vec<_> = named.iter().map(|(id, byte)| ((*id).to_owned(), [*byte; 32])).collect();
    TokenKeys::new(&seeds)
}

/// A token with these header and claims, signed by `sign`.
fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn ed25519(message: &[u8]) -> Vec<u8> {
    use ed25519_dalek::Signer;
    SigningKey::from_bytes(&[1; 32]).sign(message).to_bytes().to_vec()
}

fn claims() -> Value {
    json!({"sub": Uuid::new_v4(), "sid": Uuid::new_v4(), "name": "x", "grants": [], "aud": STAFF, "iss": ISSUER,
        "iat": at(0).timestamp(), "nbf": at(0).timestamp(), "exp": at(900).timestamp()})
}

#[test]
fn a_token_is_good_for_minutes_and_survives_a_rotation() {
    let credential = credential();
    let old = keys(&[("a", 1)]).issue(&credential, at(0)).unwrap();
    // Every process verifies with the new key before any signs with it.
    let announced = keys(&[("a", 1), ("b", 2)]);
    let rotated = keys(&[("b", 2), ("a", 1)]);
    let new = rotated.issue(&credential, at(0)).unwrap();
    for (keys, token) in [(&announced, &old), (&rotated, &old), (&announced, &new), (&rotated, &new)] {
        for _ in 0..2 {
            let verified = keys.verify(token, at(899)).unwrap();
            assert_eq!(verified.session(), credential.session());
            assert!(keys.verify(token, at(900)).is_err());
            assert!(keys.verify(token, at(-61)).is_err());
        }
    }
    assert!(keys(&[("b", 2)]).verify(&old, at(0)).is_err(), "of a key that is no longer known");
}

#[test]
fn a_token_of_another_key_or_algorithm_is_refused() {
    let ours = keys(&[("a", 1)]);
    let header = |alg: &str, kid: Option<&str>| json!({ "typ": "JWT", "alg": alg, "kid": kid });
    let good = token(&header("EdDSA", Some("a")), &claims(), ed25519);
    assert!(ours.verify(&good, at(0)).is_ok());

    let public = SigningKey::from_bytes(&[1; 32]).verifying_key();
    let pem = "-----BEGIN PUBLIC KEY-----".as_bytes().to_vec();
    for secret in [public.as_bytes().to_vec(), URL_SAFE_NO_PAD.encode(public.as_bytes()).into_bytes(), pem] {
        let hmac = |message: &[u8]| {
            let mac = <Hmac<Sha256> as Mac>::new_from_slice(&secret).unwrap();
            mac.chain_update(message).finalize().into_bytes().to_vec()
        };
        for alg in ["HS256", "EdDSA"] {
            assert!(ours.verify(&token(&header(alg, Some("a")), &claims(), hmac), at(0)).is_err(), "{alg}");
        }
    }
    for alg in ["none", "None", "NONE", "", "RS256", "ES256", "PS512", "HS512", "Ed448"] {
        let signatures: [Sign; 3] = [ed25519, |_| Vec::new(), |_| vec![7; 256]];
        for sign in signatures {
            assert!(ours.verify(&token(&header(alg, Some("a")), &claims(), sign), at(0)).is_err(), "{alg}");
        }
    }
    for kid in [None, Some("z"), Some(""), Some("../../dev/null"), Some("a' or '1'='1")] {
        assert!(ours.verify(&token(&header("EdDSA", kid), &claims(), ed25519), at(0)).is_err(), "{kid:?}");
    }
    let strange = keys(&[("a", 9)]).issue(&credential(), at(0)).unwrap();
    assert!(ours.verify(&strange, at(0)).is_err(), "another key of the same name");
    // A key that the token brings along is nobody's.
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&[9; 32]).verifying_key().as_bytes()) });
    let brought = json!({ "alg": "EdDSA", "kid": "a", "jwk": jwk });
    let signed = token(&brought, &claims(), |message| {
        use ed25519_dalek::Signer;
        SigningKey::from_bytes(&[9; 32]).sign(message).to_bytes().to_vec()
    });
    assert!(ours.verify(&signed, at(0)).is_err());
}

#[test]
fn a_token_for_others_of_others_or_of_another_time_is_refused() {
    let ours = keys(&[("a", 1)]);
    let header = json!({ "alg": "EdDSA", "kid": "a" });
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
        };
        ours.verify(&token(&header, &claims, ed25519), at(0)).is_ok()
    };
    assert!(with("name", json!("y")));
    for (name, value) in [
        ("aud", json!("jiekou")),
        ("aud", json!([STAFF, RESIDENTS])),
        ("aud", json!("")),
        ("aud", Value::Null),
        ("iss", json!("jiekou.example")),
        ("iss", Value::Null),
        ("exp", json!(at(0).timestamp())),
        ("exp", json!(at(-1).timestamp())),
        ("exp", Value::Null),
        ("nbf", json!(at(61).timestamp())),
        ("nbf", Value::Null),
        ("sid", Value::Null),
        ("sub", Value::Null),
        ("grants", Value::Null),
    ] {
        assert!(!with(name, value.clone()), "{name} {value}");
    }
}

#[test]
fn a_tampered_token_is_refused() {
    let ours = keys(&[("a", 1)]);
    let good = ours.issue(&credential(), at(0)).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    claims["grants"] = json!([{ "role": "admin", "level": "city", "area": "4101" }]);
    let raised = URL_SAFE_NO_PAD.encode(claims.to_string());
    for bad in [
        format!("{}.{raised}.{}", parts[0], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}."),
        format!("{good}A"),
        good.replacen('.', "..", 1),
        String::new(),
        "..".to_owned(),
    ] {
        assert!(ours.verify(&bad, at(0)).is_err(), "{bad}");
    }
}

#[test]
fn the_public_keys_verify_and_the_seeds_are_not_among_them() {
    let ours = keys(&[("b", 2), ("a", 1)]);
    let public = serde_json::to_value(ours.public()).unwrap();
    assert_eq!(public[0]["kid"], "b");
    assert_eq!(
        public[1]["x"],
        URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&[1; 32]).verifying_key().as_bytes())
    );
    assert!(!public.to_string().contains(&URL_SAFE_NO_PAD.encode([1; 32])));
    assert!(public[0].get("d").is_none());
}

#[test]
fn the_audience_says_whose_a_token_is_whatever_else_it_says() {
    let ours = keys(&[("a", 1)]);
    let resident = Resident { resident_id: Uuid::new_v4() };
    let held = ResidentCredential { resident, session_id: Uuid::new_v4() };
    let issued = ours.issue(&Bearer::Resident(held), at(0)).unwrap();
    assert!(matches!(ours.verify(&issued, at(0)), Ok(Bearer::Resident(it)) if it == held));
    let header = json!({ "alg": "EdDSA", "kid": "a" });
    let mut claims = claims();
    claims["aud"] = json!(RESIDENTS);
    claims["grants"] = json!([{ "role": "admin", "level": "city", "area": "4101" }]);
    let dressed_up = ours.verify(&token(&header, &claims, ed25519), at(0));
    assert!(matches!(dressed_up, Ok(Bearer::Resident(_))), "grants make nobody staff");
}
