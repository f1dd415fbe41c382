//! The legal warning that a signer declares to have read before deciding (ISM/903 art. 8.4, RD 203/2021 art. 45.1; D-4).

/// A warning: its code travels inside what is signed.
#[derive(Debug, PartialEq, Eq)]
pub struct Advertencia {
    /// Its code; a new text gets a new code.
    pub codigo: &'static str,
    /// Its text.
    pub texto: &'static str,
}

/// The one in force. A decision that declares another is refused, since its signer read something else.
pub const VIGENTE: Advertencia = Advertencia {
    codigo: "ADV-2026-1",
    texto: "El acceso al contenido de la notificación, su rechazo expreso o el transcurso de diez días naturales desde \
            su puesta a disposición sin acceder a ella dan la notificación por practicada y por cumplido el trámite, y \
            el procedimiento continúa. Al firmar declaro haber leído esta advertencia y acepto o rechazo expresamente \
            las notificaciones indicadas.",
};
