//! Which public keys are strong enough (D-69): the one rule for those of clients, of their issuers, and the service's own.

use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKeyRef};
use thiserror::Error;

/// Fewest bits of an RSA modulus, whatever a setting asks for (NIST SP 800-57 part 1, §5.6.1: 112 bits of strength).
pub const RSA_LEAST_BITS: u32 = 2048;
/// Most bits of an RSA modulus: verifying costs the square of it, and nobody in the field has more than 4096.
const RSA_MAX_BITS: u32 = 8192;
/// Least RSA public exponent (FIPS 186-5 §5.4): of 1 anybody can sign, of 3 the padding is all that protects.
const RSA_MIN_EXPONENT: u32 = 65_537;
/// Most bits of an RSA public exponent, which verifying costs too; nearly everybody's is 65537.
const RSA_MAX_EXPONENT_BITS: i32 = 64;
/// Most characters of an exponent that are told.
const MAX_TOLD: usize = 24;

/// On which curves keys are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curves {
    /// P-256 and P-384: of whoever signs messages.
    OfMessages,
    /// P-521 too: of authorities, which sign certificates and lists only.
    OfAuthorities,
}

/// Why a key is not taken. None of it changes with time but [`KeyFault::RsaShort`], whose minimum the operator sets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFault {
    /// The octets are no key that can be read.
    #[error("the key cannot be read")]
    Unreadable,
    /// Its curve is written out by its parameters instead of named, which RFC 5480 §2.1.1 forbids in certificates.
    #[error("the key is on a curve given by explicit parameters, not by its name")]
    ExplicitCurve,
    /// It is on another curve.
    #[error("the key is on a curve that is not accepted: {curva}")]
    Curve {
        /// The curve's usual name.
        curva: String,
    },
    /// An RSA modulus of fewer bits than are asked for.
    #[error("the RSA key has {bits} bits, fewer than {minimo}")]
    RsaShort {
        /// Bits of the modulus.
        bits: u32,
        /// How many there must be.
        minimo: u32,
    },
    /// An RSA modulus that takes too long to verify with.
    #[error("the RSA key has {bits} bits, more than {RSA_MAX_BITS}")]
    RsaLong {
        /// Bits of the modulus.
        bits: u32,
    },
    /// An RSA exponent that is even, under 65537 or of more than 64 bits.
    #[error(
        "the RSA key has the public exponent {exponente}, which is not an odd number from 65537 on, of 64 bits at most"
    )]
    RsaExponent {
        /// The exponent in decimal figures, cut if there are many.
        exponente: String,
    },
    /// Neither RSA nor EC.
    #[error("the key is neither RSA nor EC")]
    Kind,
}

/// RSA from `rsa_minimo` to 8192 bits with an odd exponent from 65537 on, or a named curve (D-69). However little is asked
/// for, never under [`RSA_LEAST_BITS`].
pub(super) fn check_key<T: HasPublic>(
    key: &PKeyRef<T>,
    rsa_minimo: u32,
    curves: Curves,
) -> Result<(), KeyFault> {
    match key.id() {
        Id::RSA => check_rsa(key, rsa_minimo.max(RSA_LEAST_BITS)),
        Id::EC => {
            let ec = key.ec_key().map_err(|_| KeyFault::Unreadable)?;
            let curve = ec.group().curve_name().ok_or(KeyFault::ExplicitCurve)?;
            match (curve, curves) {
                (Nid::X9_62_PRIME256V1 | Nid::SECP384R1, _) | (Nid::SECP521R1, Curves::OfAuthorities) => {
                    Ok(())
                }
                (other, _) => Err(KeyFault::Curve {
                    curva: other.short_name().unwrap_or("?").to_owned(),
                }),
            }
        }
        _ => Err(KeyFault::Kind),
    }
}

fn check_rsa<T: HasPublic>(key: &PKeyRef<T>, minimo: u32) -> Result<(), KeyFault> {
    let rsa = key.rsa().map_err(|_| KeyFault::Unreadable)?;
    let bits = key.bits();
    if bits < minimo {
        return Err(KeyFault::RsaShort { bits, minimo });
    }
    if bits > RSA_MAX_BITS {
        return Err(KeyFault::RsaLong { bits });
    }
    let exponent = rsa.e();
    let least = openssl::bn::BigNum::from_u32(RSA_MIN_EXPONENT).map_err(|_| KeyFault::Unreadable)?;
    if exponent.is_bit_set(0) && *exponent >= *least && exponent.num_bits() <= RSA_MAX_EXPONENT_BITS {
        return Ok(());
    }
    let figures = exponent
        .to_dec_str()
        .map(|text| text.to_string())
        .unwrap_or_default();
    let mut exponente: String = figures.chars().take(MAX_TOLD).collect();
    if exponente.len() < figures.len() {
        exponente.push('…');
    }
    Err(KeyFault::RsaExponent { exponente })
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::bn::BigNum;
    use openssl::pkey::{PKey, Public};
    use openssl::rsa::Rsa;

    fn with_exponent(exponent: &str) -> PKey<Public> {
        let modulus = Rsa::generate(2048).unwrap().n().to_owned().unwrap();
        let exponent = BigNum::from_dec_str(exponent).unwrap();
        PKey::from_rsa(Rsa::from_public_components(modulus, exponent).unwrap()).unwrap()
    }

    #[test]
    fn rsa_exponents_are_odd_from_65537_on_and_of_64_bits_at_most() {
        let check = |exponent: &str| check_key(&with_exponent(exponent), 2048, Curves::OfMessages);
        for good in ["65537", "65539", "4294967297", "18446744073709551615"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "1",
            "2",
            "3",
            "17",
            "257",
            "65535",
            "65536",
            "65538",
            "4294967296",
        ] {
            let exponente = bad.to_owned();
            assert_eq!(check(bad), Err(KeyFault::RsaExponent { exponente }), "{bad}");
        }
        assert!(matches!(
            check("18446744073709551617"),
            Err(KeyFault::RsaExponent { .. })
        ));
    }

    #[test]
    fn the_minimum_of_bits_is_an_argument_and_never_under_2048() {
        let key = with_exponent("65537");
        let with = |minimo| check_key(&key, minimo, Curves::OfMessages);
        assert_eq!(with(0), Ok(()));
        assert_eq!(with(2048), Ok(()));
        let short = |minimo| Err(KeyFault::RsaShort { bits: 2048, minimo });
        assert_eq!(with(2049), short(2049));
        let short_key = PKey::from_rsa(Rsa::generate(1024).unwrap()).unwrap();
        assert_eq!(
            check_key(&short_key, 512, Curves::OfMessages),
            Err(KeyFault::RsaShort {
                bits: 1024,
                minimo: 2048
            })
        );
    }
}
