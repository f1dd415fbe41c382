//! The tables, as both sets of migrations make them; in the form of `diesel print-schema`, kept by hand because two
//! databases share it.

mod issued;
mod journal;
mod origin;
mod publication;
mod sealed;
mod stamps;
mod successions;
mod terms;
mod transparencia;

pub(super) use self::issued::{cea_clave, cea_fallos, cea_usados, documentos_emitidos};
pub(super) use self::journal::{auditoria, auditoria_cabeza, cadena, hojas, secuenciador};
pub(super) use self::origin::origen_certificados_admitidos;
pub(super) use self::publication::{cargas, historicas, practicadas, procedimientos};
pub(super) use self::sealed::{acuses_sellados, sellador};
pub(super) use self::stamps::sellos;
pub(super) use self::successions::{sucesiones, sucesiones_anuladas};
pub(super) use self::terms::{caducidades_anuladas, calendarios, incidencias, incidencias_anuladas, plazos};
pub(super) use self::transparencia::{puntos, teselas};

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::store::columns::Instante;

    personas (nif) {
        nif -> Text,
        denominacion -> Text,
        ccc_principal -> Nullable<Text>,
        naf -> Nullable<Text>,
        cuentas_desde -> Nullable<Instante>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instante;

    cuentas_dichas (secuencia) {
        secuencia -> BigInt,
        nif -> Text,
        ccc_principal -> Nullable<Text>,
        naf -> Nullable<Text>,
        desde -> Instante,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};
    use crate::store::columns::Instante;

    certificados_admitidos (id) {
        id -> Integer,
        nombre -> Text,
        certificado -> Binary,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        politicas -> Text,
        revocacion -> Text,
        crl -> Nullable<Text>,
        sellos -> Bool,
        rsa_minimo -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};

    generaciones (nombre) {
        nombre -> Text,
        valor -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::store::columns::Instante;

    poderes (referencia) {
        referencia -> Text,
        poderdante_nif -> Text,
        apoderado_nif -> Text,
        materias -> Nullable<Text>,
        estado -> Text,
        inscrito -> Instante,
        fin -> Instante,
        tramites -> Nullable<Text>,
        baja -> Nullable<Instante>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::columns::Instante;

    poderes_dichos (secuencia) {
        secuencia -> BigInt,
        referencia -> Text,
        suceso -> Text,
        efecto -> Instante,
        registrado -> Instante,
        poderdante_nif -> Text,
        apoderado_nif -> Text,
        materias -> Nullable<Text>,
        tramites -> Nullable<Text>,
        estado -> Text,
        inscrito -> Instante,
        fin -> Instante,
        baja -> Nullable<Instante>,
        registro -> Text,
        solicitado -> Nullable<Instante>,
        aceptado -> Nullable<Instante>,
        declarado -> Nullable<Instante>,
        prorrogado -> Nullable<Instante>,
        modificado -> Nullable<Instante>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Text};

    autorizaciones_red (numero) {
        numero -> Integer,
        titular_nif -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Text};
    use crate::store::columns::Instante;

    titulares_red (secuencia) {
        secuencia -> BigInt,
        autorizacion -> Integer,
        titular_nif -> Text,
        desde -> Instante,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instante;

    usuarios_red (secuencia) {
        secuencia -> BigInt,
        autorizacion -> Integer,
        usuario_nif -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::columns::Instante;

    tenencias_red (nif, autorizacion, calidad, desde) {
        nif -> Text,
        autorizacion -> Integer,
        calidad -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        titular_desde -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::columns::Instante;

    asignaciones_dichas (secuencia) {
        secuencia -> BigInt,
        sujeto_nif -> Text,
        autorizacion -> Integer,
        cuenta -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::store::columns::Instante;

    asignaciones_red (sujeto_nif, autorizacion, cuenta, desde) {
        sujeto_nif -> Text,
        autorizacion -> Integer,
        cuenta -> Text,
        desde -> Instante,
        hasta -> Nullable<Instante>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::store::columns::Instante;

    cambios_red (sujeto_nif, instante) {
        sujeto_nif -> Text,
        instante -> Instante,
        voluntad -> Text,
        registrado -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};

    documentos (huella) {
        huella -> Binary,
        contenido -> Binary,
        clave -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::Instante;

    notificaciones (codigo) {
        codigo -> Integer,
        sujeto_nif -> Text,
        denominacion -> Text,
        tipo_destinatario -> Text,
        destinatario -> Text,
        procedimiento -> Text,
        asunto -> Text,
        obligacion -> Text,
        especial -> Bool,
        puesta_a_disposicion -> Instante,
        caduca -> Nullable<Instante>,
        documento_huella -> Binary,
        documento_tamano -> BigInt,
        estado -> SmallInt,
        decidida -> Nullable<Instante>,
        asunto_clave -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::store::columns::Instante;

    evidencias (huella) {
        huella -> Binary,
        octetos -> Binary,
        recibida -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::{Identificador, Instante};

    acuses (codigo) {
        codigo -> Integer,
        identificador -> Identificador,
        sujeto_nif -> Text,
        sentido -> Text,
        instante -> Instante,
        persona_nif -> Nullable<Text>,
        persona_nombre -> Nullable<Text>,
        entidad_nif -> Nullable<Text>,
        entidad_denominacion -> Nullable<Text>,
        rol -> SmallInt,
        autorizacion -> Nullable<Integer>,
        documento_huella -> Binary,
        evidencia_huella -> Binary,
        peticion -> Identificador,
        motivo -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, SmallInt, Text};
    use crate::store::columns::{Identificador, Instante};

    acuses_solicitados (sujeto_nif, codigo, rol, persona_nif, entidad_nif) {
        sujeto_nif -> Text,
        codigo -> Integer,
        rol -> SmallInt,
        persona_nif -> Text,
        entidad_nif -> Text,
        identificador -> Identificador,
        sentido -> Text,
        advertencia -> Text,
        emitido -> Instante,
        peticion -> Identificador,
        datos_huella -> Binary,
        mensaje_huella -> Nullable<Binary>,
        certificado_huella -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::store::columns::Instante;

    certificados_servicio (huella) {
        huella -> Binary,
        certificado -> Binary,
        desde -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::store::columns::Instante;

    mensajes_vistos (huella) {
        huella -> Binary,
        hasta -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::store::columns::Instante;

    demostracion (unica) {
        unica -> Integer,
        preparada -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::store::columns::Instante;

    reloj (arranque) {
        arranque -> Text,
        instante -> Instante,
        transcurrido -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer};
    use crate::store::columns::Instante;

    reloj_aceptado (unica) {
        unica -> Integer,
        asiento -> BigInt,
        instante -> Instante,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::store::columns::Instante;

    claves_cifrado (id) {
        id -> Text,
        prueba -> Binary,
        desde -> Instante,
    }
}

diesel::joinable!(incidencias_anuladas -> incidencias (incidencia));
diesel::allow_tables_to_appear_in_same_query!(incidencias, incidencias_anuladas);
diesel::allow_tables_to_appear_in_same_query!(sucesiones, poderes);
diesel::allow_tables_to_appear_in_same_query!(sucesiones, asignaciones_red);
diesel::allow_tables_to_appear_in_same_query!(sucesiones, tenencias_red);
diesel::allow_tables_to_appear_in_same_query!(sucesiones, personas);
diesel::joinable!(asignaciones_red -> personas (sujeto_nif));
diesel::allow_tables_to_appear_in_same_query!(asignaciones_red, cambios_red, personas, tenencias_red);
diesel::joinable!(cadena -> auditoria (asiento));
diesel::allow_tables_to_appear_in_same_query!(acuses, auditoria, auditoria_cabeza, cadena);
diesel::allow_tables_to_appear_in_same_query!(acuses_solicitados, notificaciones);
diesel::allow_tables_to_appear_in_same_query!(acuses_sellados, acuses, hojas);
diesel::allow_tables_to_appear_in_same_query!(acuses, notificaciones, practicadas);
