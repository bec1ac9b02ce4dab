use super::*;
use crate::{
    check,
    face::Face,
    slip::{BUILT_IN, Sample, URL_TYPICAL, VOCABULARY, template},
};

const NUMBER: &str = "[[element]]\nkind = 'text'\ntext = '{number}'\nsize_percent = 36\n";
const REPRINT: &str = "[[element]]\nkind = 'text'\nzh = '{reprint}'\nen = '{reprint}'\nwhen = ['reprint']\n";

/// What is said about a template that has number and mark, and then `more`: `line key: what`, in English.
fn said(more: &str) -> Vec<String> {
    let text = format!("{NUMBER}{REPRINT}{more}");
    let before = NUMBER.lines().count() + REPRINT.lines().count();
    let Err(error) = Template::parse(&text, &VOCABULARY) else { return Vec::new() };
    let said = error.problems.iter().map(|problem| format!("{} {}", problem.line - before, problem.text().en));
    said.collect()
}

#[track_caller]
fn complains(more: &str, of: &[&str]) {
    let said = said(more);
    let right = said.len() == of.len() && said.iter().zip(of).all(|(said, of)| said.starts_with(of));
    assert!(right, "{more}\n{said:#?}");
}

#[test]
fn the_built_in_template_is_right_on_every_paper() {
    let template = template(BUILT_IN, URL_TYPICAL).unwrap();
    assert_eq!(template.elements.iter().filter(|element| element.essential).count(), 2);
    assert_eq!(check::glyphs(&Face::built_in(), &template), Ok(()));
}

#[test]
fn a_fault_is_named_with_its_line_and_what_to_do() {
    complains("[[element]]\nkind = 'txt'", &["2 kind: must be one of: text, qr, rule, gap"]);
    complains("[[element]]\ntext = 'x'", &["1 kind: is missing; write for example kind = \"text\""]);
    complains(
        "[[element]]\nkind = 'rule'\ntext = 'x'",
        &["3 unknown key \"text\"; known here: kind, thickness_dots, style"],
    );
    complains(
        "[[element]]\nkind = 'text'\ntext = '{nubmer} {zone'\nsize_percent = 99\nalign = 'middle'\nweight = 7",
        &[
            "3 text: unknown placeholder {nubmer}; there are: {number} {hall}",
            "3 text: a brace without its partner",
            "4 size_percent: must be from 3.5 to 60",
            "5 align: must be one of: center, left, right",
            "6 the wrong kind",
        ],
    );
    complains("[[element]]\nkind = 'text'", &["1 text: write either text"]);
    complains("[[element]]\nkind = 'text'\ntext = 'a'\nzh = 'b'", &["1 text: write either text"]);
    complains("[[element]]\nkind = 'text'\nzh = ' '", &["3 zh: has no words"]);
    complains("[[element]]\nkind = 'text'\nzh = \"a\\tb\"", &["3 zh: has the control character U+0009"]);
    complains("[[element]]\nkind = 'qr'", &["1 content: is missing; write for example content = \"{url}\""]);
    complains("[[element]]\nkind = 'gap'", &["1 height_percent: is missing"]);
    complains(
        "[[element]]\nkind = 'rule'\nstyle = 'wavy'\nthickness_dots = 0\nwhen = ['rainy']",
        &[
            "3 style: must be one of: solid, dashed",
            "4 thickness_dots: must be from 1 to 40",
            "5 when: unknown condition \"rainy\"; there are: wait_known",
        ],
    );
    complains(
        "[[element]]\nkind = 'rule'\nwhen = ['offline']\nunless = ['offline']",
        &["1 when: \"offline\" stands in when and"],
    );
}

#[test]
fn a_fault_of_the_whole_is_named() {
    let whole = |text: &str| Template::parse(text, &VOCABULARY).unwrap_err().text();
    assert!(whole("").en.contains("the template is empty"), "{}", whole("").en);
    assert!(whole("first = 'both'").en.contains("line 1: first: must be one of: visitor, zh, en"));
    assert!(whole("a = 1").en.contains("unknown key \"a\"; known here: first, element"));
    assert!(whole("= x").en.contains("line 1: not valid TOML") && whole("= x").zh.contains("不是有效的 TOML"));
    assert!(whole("element = 3").en.contains("line 1: element: the wrong kind"));
    assert!(whole(&"#".repeat(TEMPLATE_BYTES_MAX + 1)).en.contains("shorten it to 8192 bytes"));
    let many = format!("{NUMBER}{REPRINT}{}", "[[element]]\nkind = 'rule'\n".repeat(ELEMENTS_MAX));
    assert!(whole(&many).en.contains("there may be 60"), "{}", whole(&many).en);
}

#[test]
fn number_and_mark_of_a_reprint_must_be_there_whatever_the_slip_says() {
    let faults = |text: &str| match Template::parse(text, &VOCABULARY) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems.into_iter().map(|problem| problem.fault).collect::<Vec<_>>(),
    };
    let must = |text: &str, which: &str| {
        let found = faults(text);
        let named = |fault: &Fault| matches!(fault, Fault::Must { placeholder, .. } if *placeholder == which);
        assert!(found.len() == 1 && found.iter().all(named), "{text}\n{found:?}");
    };
    assert_eq!(faults(&format!("{NUMBER}{REPRINT}")), []);
    must(REPRINT, "number");
    must(&format!("{}{REPRINT}", NUMBER.replace("36", "19")), "number");
    must(&format!("{NUMBER}when = ['offline']\n{REPRINT}"), "number");
    must(&format!("{NUMBER}unless = ['reprint']\n{REPRINT}"), "number");
    must(NUMBER, "reprint");
    must(&format!("{NUMBER}{}", REPRINT.replace("en = '{reprint}'\n", "")), "reprint");
    must(&format!("{NUMBER}{}", REPRINT.replace("['reprint']", "['reprint', 'offline']")), "reprint");
}

#[test]
fn a_code_too_small_for_a_phone_and_a_slip_without_end_are_refused() {
    let small = format!("{NUMBER}{REPRINT}[[element]]\nkind = 'qr'\ncontent = '{{url}}'\nsize_percent = 30\n");
    let error = template(&small, URL_TYPICAL).unwrap_err();
    assert_eq!(error.problems.len(), 1, "at 384 dots alone: {error}");
    assert!(
        error.text().en.starts_with("line 10: size_percent: too small for a phone on paper of 384 dots"),
        "{error}"
    );
    let least: String = error.text().en.rsplit(' ').next().unwrap().into();
    assert_eq!(template(&small.replace("30", &least), URL_TYPICAL).map(drop), Ok(()), "{least} percent do");
    let endless = format!("{NUMBER}{REPRINT}{}", "[[element]]\nkind = 'gap'\nheight_percent = 50\n".repeat(20));
    assert!(template(&endless, URL_TYPICAL).unwrap_err().text().en.contains("with long names the slip has"));
    assert!(template(&small.replace("30", "100"), &"x".repeat(3_000)).is_ok(), "what has no code is written out");
}

#[test]
fn braces_and_languages() {
    let text = format!(
        "first = 'en'\n{NUMBER}{REPRINT}[[element]]\nkind = 'text'\nzh = '{{{{{{hall}}}}}}'\nen = '{{hall}}'\n"
    );
    let template = Template::parse(&text, &VOCABULARY).unwrap();
    let values = Sample::Normal.slip(URL_TYPICAL).values();
    let What::Text(hall) = &template.elements[2].what else { panic!("a text") };
    let lines = hall.lines(&values, template.first(&values));
    assert_eq!(lines, [("Tongxiang Service Centre".into(), 6.2), ("{桐乡市行政服务中心}".into(), 4.2)]);
}
