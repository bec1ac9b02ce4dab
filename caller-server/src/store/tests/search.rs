//! Finding visits, and the figures of a day.

use hall::{state::StageName, words::WindowId};

use super::story::{STEP_MS, VISITS_A_DAY, day, days, ticket};
use super::{Place, TestJournal};
use crate::store::{Accuracy, DayFigures, Days, FOUND_MAX, Query, StoreReader, StoreWriter};

struct Searched {
    reader: StoreReader,
    _writer: StoreWriter,
    _place: Place,
}

impl Searched {
    fn new(count: u8) -> Self {
        let place = Place::new();
        let (writer, reader) = place.start(&TestJournal::of(&days(count)));
        Self { reader, _writer: writer, _place: place }
    }

    fn finds(&self, query: Query, expected: &[&str]) {
        let query = Query { limit: FOUND_MAX, ..query };
        let found = self.reader.search(&query).unwrap();
        let found: Vec<String> = found.iter().map(|visit| visit.ticket.to_string()).collect();
        assert_eq!(found, expected, "{query:?}");
    }
}

fn text(text: &str) -> Query {
    Query { text: Some(text.into()), ..Query::default() }
}

fn on(range: &str, query: Query) -> Query {
    Query { day: Some(range.parse().unwrap()), ..query }
}

#[test]
fn a_number_is_found_by_its_beginning_in_either_case() {
    let all = Searched::new(2);
    all.finds(text("A007"), &["2026-11-02/A007", "2026-11-01/A007"]);
    all.finds(text(" a007 "), &["2026-11-02/A007", "2026-11-01/A007"]);
    all.finds(
        on("2026-11-01", text("a00")),
        &[
            "2026-11-01/A009",
            "2026-11-01/A008",
            "2026-11-01/A007",
            "2026-11-01/A006",
            "2026-11-01/A005",
            "2026-11-01/A004",
            "2026-11-01/A003",
            "2026-11-01/A002",
            "2026-11-01/A001",
        ],
    );
    all.finds(text("B"), &[]);
}

#[test]
fn a_ticket_is_found_by_its_whole_text_and_a_count_by_its_digits() {
    let all = Searched::new(2);
    all.finds(text("2026-11-02/a011"), &["2026-11-02/A011"]);
    all.finds(text("11"), &["2026-11-02/A011", "2026-11-01/A011"]);
    all.finds(text("1"), &["2026-11-02/A001", "2026-11-01/A001"]);
}

#[test]
fn days_are_a_range_that_includes_its_last() {
    let all = Searched::new(4);
    all.finds(on("2026-11-02..2026-11-03", text("A020")), &["2026-11-03/A020", "2026-11-02/A020"]);
    all.finds(on("2026-11-03..2026-11-02", text("A020")), &[]);
    all.finds(on("2026-12-01", Query::default()), &[]);
    assert!("2026-11-02..".parse::<Days>().is_err());
    assert!("yesterday".parse::<Days>().is_err());
}

#[test]
fn visits_are_found_by_window_and_by_stage() {
    let all = Searched::new(1);
    let at = |window| Query { window: Some(WindowId(window)), ..text("A00") };
    all.finds(at(2), &["2026-11-01/A007", "2026-11-01/A004"]);
    all.finds(at(9), &[]);
    let in_stage = |stage| Query { stage: Some(stage), ..Query::default() };
    all.finds(in_stage(StageName::Cancelled), &["2026-11-01/A020", "2026-11-01/A010"]);
    all.finds(in_stage(StageName::Called), &["2026-11-01/A014", "2026-11-01/A004"]);
    all.finds(Query { window: Some(WindowId(3)), ..in_stage(StageName::Called) }, &["2026-11-01/A014"]);
}

#[test]
fn an_answer_is_never_longer_than_asked_for_nor_than_the_limit() {
    let all = Searched::new(12);
    let found = |limit| all.reader.search(&Query { limit, ..Query::default() }).unwrap().len();
    assert_eq!([found(0), found(3), found(usize::MAX)], [0, 3, FOUND_MAX]);
}

#[test]
fn a_visit_is_found_by_its_ticket_on_a_later_day() {
    let all = Searched::new(3);
    let visit = all.reader.visit(ticket(1, 1)).unwrap().expect("a visit");
    assert_eq!((visit.ticket, visit.stage), (ticket(1, 1), StageName::Left));
    assert_eq!(all.reader.visit(ticket(1, 99)).unwrap(), None);
}

#[test]
fn no_list_of_visits_shows_a_token() {
    let found = Searched::new(1).reader.search(&Query { limit: FOUND_MAX, ..Query::default() }).unwrap();
    assert_eq!(found.len(), VISITS_A_DAY as usize);
    assert!(!serde_json::to_string(&found).unwrap().contains("token"));
}

#[test]
fn the_figures_of_a_day_are_those_of_its_visits() {
    let all = Searched::new(2);
    let figures = all.reader.day_figures(day(2)).unwrap();
    // Two of each of ten kinds; see the story. Each of 2, 3, 4, 5, 7, 8, 9 is called one step after it arrived; of those that
    // finish, 7, 8, 9 take one step and 3 takes two services of one step each.
    let expected = DayFigures {
        issued: 20,
        finished: 8,
        cancelled: 2,
        left: 2,
        expired: 2,
        called: 14,
        wait_ms: 14 * STEP_MS,
        service_ms: 10 * STEP_MS,
        accuracy: Accuracy::default(),
    };
    assert_eq!(figures, expected);
    assert_eq!((figures.unserved(), figures.mean_wait_ms(), figures.mean_service_ms()), (6, STEP_MS, STEP_MS * 5 / 4));
    assert_eq!(all.reader.day_figures(day(9)).unwrap(), DayFigures::default());
    assert_eq!(DayFigures::default().mean_wait_ms(), 0);
}
