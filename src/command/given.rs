//! The options for settings, made of the rows that declare them.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use impasto::settings::GivenSettings;
use impasto::settings::fields::{Field, Group, Kind};
use impasto::settings::rows::FIELDS;
use serde_json::{Map, Value};

/// Headings of the help.
pub const SETTINGS: &str = "Settings";
pub const SIZE_AND_TIME: &str = "Size and time";
pub const START: &str = "Start";
pub const MACHINE: &str = "Machine";

/// The settings that were given.
#[derive(Debug, Clone, Default)]
pub struct Given(pub GivenSettings);

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        command.args(FIELDS.iter().map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = FIELDS.iter().filter_map(|field| {
            let value = match field.kind {
                // clap's own parser for a choice gives the word.
                Kind::Choice { .. } => matches
                    .get_one::<String>(option_name(field))?
                    .as_str()
                    .into(),
                _ => matches.get_one::<Value>(option_name(field))?.clone(),
            };
            Some((field.path.to_owned(), value))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The option's name: the field's, but for the one that already says to print a plan.
fn option_name(field: &Field) -> &'static str {
    match field.name {
        "memory" => "memory-limit",
        name => name,
    }
}

fn heading(group: Group) -> &'static str {
    match group {
        Group::FirstScreen => SETTINGS,
        Group::Look => "Look",
        Group::Start => START,
        Group::Colours => "Colours",
        Group::SizeAndTime => SIZE_AND_TIME,
        Group::Machine => MACHINE,
        Group::Network => "Network",
        Group::Optimiser => "Optimiser",
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Whole { .. } | Kind::Number { .. } | Kind::Weight | Kind::Share | Kind::Percent => {
            "NUMBER"
        }
        Kind::Gigabytes { .. } => "GIGABYTES",
        Kind::Choice { .. } => "CHOICE",
        Kind::Layers => "LAYERS",
        Kind::Switch => "SWITCH",
    }
}

fn option(field: &Field) -> Arg {
    let name = option_name(field);
    let option = Arg::new(name)
        .long(name)
        .help(field.help)
        .value_name(value_name(field.kind))
        .help_heading(heading(field.group))
        .action(ArgAction::Set)
        // The check says what is wrong with a number below zero.
        .allow_negative_numbers(true);
    match field.kind {
        Kind::Whole { .. } | Kind::Percent => option.value_parser(whole),
        Kind::Number { .. } | Kind::Weight | Kind::Share => option.value_parser(number),
        Kind::Gigabytes { .. } => option.value_parser(gigabytes),
        Kind::Choice { choices } => option.value_parser(PossibleValuesParser::new(choices)),
        Kind::Layers => option.value_parser(layers),
        Kind::Switch => option
            .value_parser(switch)
            .num_args(0..=1)
            .default_missing_value("true"),
    }
}

fn whole(text: &str) -> Result<Value, String> {
    let number = text.parse::<u64>();
    number
        .map(Value::from)
        .map_err(|_| "give a whole number".into())
}

/// In single precision, as settings have it.
fn number(text: &str) -> Result<Value, String> {
    match text.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number.into()),
        _ => Err("give a number".into()),
    }
}

fn gigabytes(text: &str) -> Result<Value, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(((number * 1e9) as u64).into()),
        _ => Err("give a number above zero".into()),
    }
}

fn switch(text: &str) -> Result<Value, String> {
    let switch = text.parse::<bool>();
    switch
        .map(Value::from)
        .map_err(|_| "give true or false".into())
}

fn layers(text: &str) -> Result<Value, String> {
    let mut layers = Map::new();
    for part in text.split(',') {
        let (name, weight) = part.split_once('=').unwrap_or((part, "1"));
        let weight = number(weight).map_err(|_| format!("{weight} is no number"))?;
        layers.insert(name.into(), weight);
    }
    Ok(layers.into())
}
