//! What the world promises to whoever tries the service in it.

use super::*;

pub(super) fn every_state_body_kind_of_addressee_ground_and_procedure_appears(memory: &Memory) {
    let current = memory.current();
    let states: HashSet<_> = current.values().map(|n| n.estado_at(now())).collect();
    assert_eq!(states.len(), Estado::ALL.len());
    let some = |what: fn(&Notificacion) -> String| current.values().map(what).collect::<HashSet<_>>().len();
    assert_eq!(
        some(|n| n.procedimiento.entidad.code().to_owned()),
        Entidad::ALL.len()
    );
    assert_eq!(
        some(|n| n.tipo_destinatario.code().to_owned()),
        TipoDestinatario::ALL.len()
    );
    assert_eq!(some(|n| n.obligacion.code().to_owned()), Obligacion::ALL.len());
    assert_eq!(some(|n| n.procedimiento.codigo.to_owned()), PROCEDIMIENTOS.len());
    let unrecorded = current
        .values()
        .filter(|n| n.estado_at(now()) == Estado::Caducada && n.situacion != Situacion::Caducada)
        .count();
    assert!(unrecorded > 20, "{unrecorded}");
    let ten_days_ago = now() - chrono::TimeDelta::days(11);
    let mut open = current.values().filter(|n| n.open_at(now()).is_ok());
    assert!(open.any(|n| n.puesta_a_disposicion < ten_days_ago));
    let old = now() - chrono::TimeDelta::days(732);
    assert!(current.values().any(|n| n.puesta_a_disposicion < old));
}

pub(super) fn documents_are_those_that_the_notifications_name(memory: &Memory) {
    for n in &memory.notificaciones {
        let document = &memory.documentos[&n.documento.huella];
        assert_eq!(Huella(sha256(document)), n.documento.huella);
        assert_eq!(document.len(), n.documento.tamano as usize);
    }
    assert_eq!(memory.documentos.len(), memory.notificaciones.len());
}

pub(super) fn acuses_belong_to_their_decisions_and_fall_within_the_term(memory: &Memory) {
    let mut identifiers = HashSet::new();
    let published: HashMap<_, _> = memory.notificaciones.iter().map(|n| (n.codigo, n)).collect();
    for Decision {
        notificacion,
        acuse,
        evidencia,
    } in &memory.decisiones
    {
        let Acuse {
            identificador,
            codigo,
            poderdante,
            instante,
            ..
        } = acuse;
        assert_eq!((*codigo, *poderdante), (notificacion.codigo, notificacion.sujeto));
        assert_eq!(acuse.evidencia, Huella(sha256(evidencia)));
        assert_eq!(acuse.documento, notificacion.documento.huella);
        let again = (*published[codigo]).clone().decide(acuse.sentido, *instante);
        assert_eq!(again.as_ref(), Ok(notificacion));
        assert!(notificacion.puesta_a_disposicion <= *instante && *instante < now());
        assert_eq!(acuse.autorizacion.is_some(), acuse.rol == Rol::AutorizadoRed);
        assert_eq!(identificador.get_version_num(), 7);
        assert!(identifiers.insert(*identificador) && identifiers.insert(acuse.peticion));
    }
    let roles: HashSet<_> = memory.decisiones.iter().map(|d| d.acuse.rol).collect();
    assert_eq!(roles.len(), 3);
}

pub(super) fn codes_grow_with_publication(memory: &Memory) {
    let steps = memory.notificaciones.windows(2);
    for (earlier, later) in steps.filter_map(|pair| Some((pair.first()?, pair.last()?))) {
        assert!(earlier.codigo < later.codigo);
        assert!(earlier.puesta_a_disposicion <= later.puesta_a_disposicion);
    }
}

pub(super) fn the_gestoria_reaches_forty_pending_by_each_role_alone_and_more_than_a_page(
    world: &World,
    memory: &Memory,
) {
    let current = memory.current();
    let gestoria = titular(world, "gestoria");
    for rol in 1..=3 {
        // Of one poderdante, and still open two days from now.
        let lasting = |codes: &[i32]| {
            let open = |code: &&i32| {
                let n = &current[&Codigo::new(**code).unwrap()];
                n.caduca
                    .and_then(|lapse| plazo::days_left(lapse, now()))
                    .is_none_or(|left| left >= 2)
            };
            codes.iter().filter(open).count()
        };
        let of_role = gestoria.poderdantes.iter().filter(|p| p.rol == rol);
        let best = of_role.map(|p| lasting(&p.pendientes)).max();
        assert!(best >= Some(40), "role {rol}: {best:?}");
    }
    let listed = |p: &PoderdanteEscenario| {
        p.pendientes.len() + p.aceptadas.len() + p.rechazadas.len() + p.caducadas.len()
    };
    assert!(gestoria.poderdantes.iter().map(listed).max() > Some(500));
}

pub(super) fn codes_are_in_the_state_under_which_the_scenario_lists_them(world: &World, memory: &Memory) {
    let current = memory.current();
    for poderdante in world.escenario.titulares.iter().flat_map(|t| &t.poderdantes) {
        let states = |codes: &[i32]| -> HashSet<u8> {
            codes
                .iter()
                .map(|code| {
                    let n = &current[&Codigo::new(*code).unwrap()];
                    assert_eq!(n.sujeto.as_str(), poderdante.nif);
                    n.estado_at(now()).number()
                })
                .collect()
        };
        assert!(states(&poderdante.pendientes).is_subset(&HashSet::from([0, 1])));
        assert!(states(&poderdante.aceptadas).is_subset(&HashSet::from([2])));
        assert!(states(&poderdante.rechazadas).is_subset(&HashSet::from([3])));
        assert!(states(&poderdante.caducadas).is_subset(&HashSet::from([4])));
    }
}

pub(super) fn identifiers_and_accounts_are_nobody_else_s(memory: &Memory) {
    let nifs: HashSet<Nif> = memory.personas.iter().map(|p| p.nif).collect();
    assert_eq!(nifs.len(), memory.personas.len());
    let accounts = memory.personas.iter().flat_map(|p| {
        let ccc = p.cuentas.ccc_principal.clone().map(Cuenta::Ccc);
        ccc.into_iter().chain(p.cuentas.naf.clone().map(Cuenta::Naf))
    });
    let mut seen = HashSet::new();
    assert!(accounts.into_iter().all(|account| seen.insert(account)));
    assert!(memory.notificaciones.iter().all(|n| nifs.contains(&n.sujeto)));
    assert!(memory.asignaciones.iter().all(|a| nifs.contains(&a.sujeto)));
    assert!(
        memory
            .poderes
            .iter()
            .all(|p| nifs.contains(&p.poderdante) && nifs.contains(&p.apoderado))
    );
    assert!(memory.cambios.iter().all(|c| nifs.contains(&c.sujeto)));
    let holders: HashSet<_> = memory.autorizaciones.iter().map(|a| a.autorizacion).collect();
    assert!(
        memory
            .asignaciones
            .iter()
            .all(|a| holders.contains(&a.autorizacion))
    );
    let references: HashSet<_> = memory.poderes.iter().map(|p| &p.referencia).collect();
    assert_eq!(references.len(), memory.poderes.len());
}

pub(super) fn every_state_of_a_power_and_every_role_appears(world: &World, memory: &Memory) {
    let states: HashSet<_> = memory.poderes.iter().map(|p| p.estado).collect();
    assert_eq!(states.len(), EstadoPoder::ALL.len());
    let ana = titular(world, "apoderado");
    let represented = |nif: &str| ana.poderdantes.iter().any(|p| p.rol == 3 && p.nif == nif);
    let of = |name: &str| {
        memory
            .personas
            .iter()
            .find(|p| p.denominacion == name)
            .unwrap()
            .nif
    };
    assert!(represented(of("MUEBLES LUCENA SL").as_str()));
    for ended in [
        "JUGUETES IBI SL",
        "CALZADOS ELDA SL",
        "PESCADOS ONDARROA SL",
        "CORCHOS JEREZ SL",
    ] {
        assert!(!represented(of(ended).as_str()), "{ended}");
    }
    let states: Vec<_> = world
        .escenario
        .titulares
        .iter()
        .map(|t| t.estado_certificado.as_str())
        .collect();
    for state in ["vigente", "caducado", "revocado", "no_admitido"] {
        assert!(states.contains(&state), "{state}");
    }
}

pub(super) fn the_scenario_on_disk_is_the_one_returned(world: &World) {
    assert!(is_prepared(&world.dir));
    assert_eq!(scenario::read(&world.dir).unwrap(), world.escenario);
    for titular in &world.escenario.titulares {
        assert!(titular.p12.is_absolute() && titular.p12.is_file());
    }
}
