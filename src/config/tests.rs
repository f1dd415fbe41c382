use super::*;

fn read(text: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notess.toml");
    std::fs::write(&file, text).unwrap();
    Settings::read(Some(&file)).map_err(|error| error.to_string())
}

const LEAST: &str = "database_url = 'n.sqlite3'\n[firma]\ncertificado = 'c.pem'\nclave = 'k.pem'\n";

#[test]
fn paths_are_taken_from_the_folder_of_the_file() {
    let settings = read(LEAST).unwrap();
    assert!(settings.firma.clave.is_absolute() && settings.firma.clave.ends_with("k.pem"));
    assert!(settings.database_url.ends_with("/n.sqlite3"));
}

#[test]
fn an_unknown_option_is_refused_by_name() {
    let error = read(&format!("{LEAST}sha2 = true\n")).unwrap_err();
    assert!(error.contains("sha2"), "{error}");
}

#[test]
fn a_missing_option_and_a_value_out_of_range_are_refused_by_name() {
    assert!(
        read("[firma]\ncertificado = 'c'\nclave = 'k'\n")
            .unwrap_err()
            .contains("database_url")
    );
    let none = format!("{LEAST}[servicio]\ntrabajadores = 0\n");
    assert!(read(&none).unwrap_err().contains("servicio.trabajadores"));
    let typed = format!("{LEAST}[servicio]\ncola = 'many'\n");
    assert!(read(&typed).unwrap_err().contains("servicio.cola"));
    let page = format!("{LEAST}[servicio]\npagina_wscn = 1001\n");
    assert!(read(&page).unwrap_err().contains("servicio.pagina_wscn"));
    for name in ["", "sede 2", "sede-2", "sedé", "12345678901234567"] {
        let named = read(&format!("instalacion = '{name}'\n{LEAST}")).unwrap_err();
        assert!(named.contains("instalacion"), "{named}");
    }
    assert!(read(&format!("instalacion = 'Sede2'\n{LEAST}")).is_ok());
    let short = format!("{LEAST}[servicio]\npeticion_segundos = 9\n");
    assert!(read(&short).unwrap_err().contains("servicio.peticion_segundos"));
    let other = read(&format!("entorno = 'preproduccion'\n{LEAST}")).unwrap_err();
    assert!(other.contains("preproduccion"), "{other}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_by_the_names_of_its_options() {
    let error = read(
        "database_conexiones = 0\nentorno = 'preproduccion'\ntrabajadores = 4\n\
         [servico]\ncola = 1\n\
         [servicio]\ndireccion = 'localhost'\ncola = 'many'\npagina_wscn = 70000\ncierre_segundos = -1\n\
         url_publica = 'ftp://x'\ncaducidad_segundo = 3\n\
         [firma]\nclave = 5\nsha1 = 'no'\nzapato = 1\n\
         [database_limites]\nturno_segundos = 0\nred_segundos = 90000\n\
         [tls]\ncertificado = 'c'\n[red]\n[compat]\nponderdante_vacio = true\n",
    )
    .unwrap_err();
    assert!(!error.contains("default."), "{error}");
    let lines: Vec<&str> = error.lines().collect();
    assert_eq!(lines[0], format!("{} mistakes in the settings:", lines.len() - 1));
    for (option, said) in [
        ("database_url", "is missing"),
        ("database_conexiones", "at least one"),
        (
            "entorno",
            "must be one of pruebas, produccion, not \"preproduccion\"",
        ),
        ("trabajadores", "`servicio.trabajadores`"),
        ("servico", "`servicio`"),
        ("servicio.direccion", "names no port"),
        (
            "servicio.cola",
            "a whole number, 0 or more is expected, not \"many\"",
        ),
        (
            "servicio.pagina_wscn",
            "a whole number from 0 to 65535 is expected, not 70000",
        ),
        ("servicio.cierre_segundos", "not -1"),
        ("servicio.url_publica", "must begin with http"),
        (
            "servicio.caducidad_segundo",
            "`servicio.caducidad_segundos` (NOTESS_SERVICIO__CADUCIDAD_SEGUNDOS)",
        ),
        ("database_limites.turno_segundos", "must be from 1 to 86400"),
        ("database_limites.red_segundos", "must be from 1 to 86400"),
        ("firma.certificado", "is missing"),
        ("firma.clave", "a text is expected, not 5"),
        ("firma.sha1", "true or false is expected, not \"no\""),
        ("firma.zapato", "there are certificado, clave"),
        ("tls.clave", "is missing"),
        ("compat.ponderdante_vacio", "`compat.poderdante_vacio`"),
    ] {
        let told = lines
            .iter()
            .find(|line| line.contains(&format!("option `{option}`:")));
        assert!(told.is_some_and(|line| line.contains(said)), "{option}: {error}");
    }
    assert_eq!(lines.len() - 1, 19, "{error}");
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let error = read("database_url = 'n'\n[firma\n").unwrap_err();
    assert!(
        error.contains("notess.toml") && error.contains("line 2"),
        "{error}"
    );
}

#[test]
fn no_mistake_shows_a_key_or_a_password() {
    let secret = "5ec7e7".repeat(11);
    for written in [
        format!("cifrado = '{secret}'"),
        format!("[cifrado]\nclaves = '{secret}'"),
        format!("[cifrado]\nclaves = ['{secret}']"),
        format!("[cifrado.claves]\n2026 = '{secret}'"),
        format!("[cifrado.claves.2026]\nvalor = '{secret}"),
        format!("[cifrado.claves.2026]\nvalor = {secret}"),
        format!("[tls]\ncontrasena = \"{secret}\nclave = 'c'"),
    ] {
        let error = read(&format!("{LEAST}{written}\n")).unwrap_err();
        assert!(!error.contains("5ec7e7"), "{written}: {error}");
        assert!(error.contains("cifrado") || error.contains("line "), "{error}");
    }
}

#[test]
fn every_option_is_in_the_example_file() {
    let settings = read(LEAST).unwrap();
    let written = names::all();
    for option in changes::options(&settings) {
        assert!(written.contains(&option), "{option}");
    }
}

#[test]
fn the_example_file_holds_every_option_with_its_default() {
    let example = include_str!("../../notess.example.toml");
    let uncommented: String = example
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .fold(String::new(), |all, line| all + line + "\n");
    let settings = read(&uncommented).unwrap();
    assert_eq!(settings.servicio.cola, Servicio::default().cola);
    assert_eq!(settings.servicio.pagina_wscn, Servicio::default().pagina_wscn);
    assert_eq!(settings.entorno, Entorno::default());
    assert_eq!(
        settings.compat.poderdante_vacio,
        Compat::default().poderdante_vacio
    );
    for option in [
        "url_publica",
        "trabajadores",
        "cabecera_segundos",
        "peticion_segundos",
        "octetos_por_segundo",
        "cierre_segundos",
        "caducidad_segundos",
        "conservar_emitidas",
        "sha1",
    ] {
        assert!(example.contains(option), "{option}");
    }
}

#[test]
fn on_postgresql_no_more_write_at_once_than_have_a_connection_beside_those_who_read() {
    let writers = |url: &str, more: &str| {
        let text = LEAST.replace("database_url = 'n.sqlite3'", &format!("database_url = '{url}'"));
        read(&format!("database_conexiones = 20\n{text}{more}"))
            .unwrap()
            .writers()
    };
    let few = "[servicio]\ntrabajadores = 8\nescritores = 64\n";
    for file in ["n.sqlite3", "postgres.sqlite3", "sqlite:postgres.sqlite3"] {
        assert_eq!(writers(file, few), 64);
    }
    assert_eq!(writers("postgres://h/d", few), 12);
    let readers = "[servicio]\ntrabajadores = 32\nescritores = 64\n";
    assert_eq!(writers("postgres://h/d", readers), 4);
    let fewer = "[servicio]\ntrabajadores = 2\nescritores = 3\n";
    assert_eq!(writers("postgres://h/d", fewer), 3);
}
