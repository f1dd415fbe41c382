//! The command line of `notess cliente`, in Spanish: what the library for command lines says by itself is in English.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

/// How the help of an operation is laid out.
const TEMPLATE: &str = "{about-with-newline}\nUso: {usage}\n\n{all-args}";
/// That of the whole, of which the list of all commands tells in English.
const OF_ALL: &str = "\
Usa un servicio como sus clientes, con un certificado en PKCS#12. Una respuesta sólo se da por buena si la
firmó el servicio, y para esa misma pregunta.

Uso: {usage}

{all-args}";

/// The command, and those under it, with the library's own words in Spanish.
pub(in crate::cli) fn in_spanish(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|under| under.get_name().to_owned())
        .collect();
    let usage = usage(&command);
    let command = command
        .help_template(if names.is_empty() { TEMPLATE } else { OF_ALL })
        .override_usage(usage)
        .subcommand_help_heading("Operaciones")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "Argumentos"
            } else {
                "Opciones"
            };
            // The library would add them in English: the texts of the options tell them.
            let takes_values = arg.get_action().takes_values();
            arg.help_heading(heading)
                .hide_default_value(takes_values)
                .hide_env(takes_values)
        })
        .arg(
            Arg::new("ayuda")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("Muestra esta ayuda")
                .help_heading("Opciones"),
        );
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, in_spanish))
}

/// How the command is written: `{name}` with what it takes.
fn usage(command: &Command) -> String {
    let mut usage = format!("notess cliente {}", command.get_name());
    if command.has_subcommands() {
        return "notess cliente OPERACIÓN …".to_owned();
    }
    usage += " [OPCIONES]";
    for arg in command.get_arguments() {
        if arg.is_required_set()
            && let (Some(long), Some(names)) = (arg.get_long(), arg.get_value_names())
        {
            usage += &[" --", long, " <", &names.join(" "), ">"].concat();
        }
    }
    if command.get_positionals().next().is_some() {
        usage += " <--todas|CODIGO...>";
    }
    usage
}

/// What is wrong with the arguments, and where to read on; nothing where the library has something else to say, as help.
pub(in crate::cli) fn told(error: &Error) -> Option<String> {
    let of = |kind| error.get(kind).map(words);
    let arg = of(ContextKind::InvalidArg).unwrap_or_default();
    let value = of(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("falta {arg}"),
        ErrorKind::UnknownArgument => {
            let nearest = of(ContextKind::SuggestedArg).map(|near| format!("; ¿quizá {near}?"));
            format!("no se conoce {arg}{}", nearest.unwrap_or_default())
        }
        ErrorKind::InvalidSubcommand => {
            let name = of(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("no hay ninguna operación «{name}»")
        }
        ErrorKind::MissingSubcommand => "falta la operación".to_owned(),
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg).unwrap_or_default();
            format!("{arg} no puede ir con {other}")
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string);
            format!("«{value}» no vale para {arg}: {}", reason.unwrap_or_default())
        }
        ErrorKind::InvalidValue | ErrorKind::NoEquals if value.is_empty() => {
            format!("{arg} necesita un valor")
        }
        ErrorKind::InvalidValue
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => {
            format!("«{value}» no vale para {arg}")
        }
        ErrorKind::InvalidUtf8 => "un argumento no es UTF-8".to_owned(),
        _ => return None,
    };
    Some(format!("{said}; más, con «notess cliente --help»"))
}

fn words(value: &ContextValue) -> String {
    let plain = |styled: &StyledStr| styled.to_string();
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => plain(text),
        ContextValue::StyledStrs(texts) => texts.iter().map(plain).collect::<Vec<_>>().join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}
