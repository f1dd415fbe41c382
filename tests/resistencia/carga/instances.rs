//! Instances that share a PostgreSQL: what one, two and four of them do, and what those who write wait for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, sql_query};

use super::client::{Callers, Questions, ask};
use super::disk::LONGER;
use super::figures::{Figures, Verdict};
use super::messages::acceptances;
use super::served::Served;
use super::slow_flush::SlowFlush;
use super::world::World;

const INSTANCES: [usize; 3] = [1, 2, 4];
/// Callers of each.
const CALLERS: usize = 16;
/// Acceptances a second for which messages are signed.
const MOST: usize = 1500;
/// How often it is looked what those who write wait for.
const LOOK: Duration = Duration::from_millis(20);
/// What is told of it: what is waited for longest.
const TOLD: usize = 5;

#[derive(QueryableByName)]
struct Wait {
    #[diesel(sql_type = Text)]
    event: String,
}

/// Of connections in a transaction, what each waits for.
const WAITS: &str = "select coalesce(wait_event_type || '/' || wait_event, 'nothing: it works') as event \
     from pg_stat_activity where datname = current_database() and application_name = 'notess' and state <> 'idle'";

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let verdict = Verdict::default();
    let Some(slow) = SlowFlush::prepared() else {
        println!("not measured: nothing makes flushes take longer here (make load does)");
        return verdict;
    };
    if !world.is_shared() {
        println!("not measured: a SQLite file has one service");
        return verdict;
    }
    let seconds = usize::try_from(lasting.as_secs()).unwrap();
    for longer in LONGER {
        for instances in INSTANCES {
            let copy = Arc::new(world.copy());
            let all: Vec<Served> = (0..instances)
                .map(|_| Served::over(world, Arc::clone(&copy)))
                .collect();
            let questions = Questions::each(acceptances(world, world.gestoria(), 0, seconds * MOST));
            slow.set(Duration::from_millis(longer));
            let (figures, waits) = watched(&copy.url, || each(&all, &questions, lasting));
            slow.set(Duration::ZERO);
            figures.print(&format!(
                "+{longer} ms a flush, {instances} instances, {CALLERS} callers of each"
            ));
            println!("  waiting for {}", waits.join(", "));
        }
    }
    verdict
}

/// Has so many callers ask each instance, and gives what they met with all together.
fn each(all: &[Served], questions: &Questions, lasting: Duration) -> Figures {
    std::thread::scope(|scope| {
        let asking: Vec<_> = all
            .iter()
            .map(|served| {
                let callers = Callers::new(CALLERS, questions.clone());
                scope.spawn(move || ask(served.address, &[callers], lasting).remove(0))
            })
            .collect();
        let mut together = Figures {
            lasted: lasting,
            ..Figures::default()
        };
        for one in asking {
            together.merge(one.join().expect("its callers end well"));
        }
        together
    })
}

/// Looks meanwhile what connections wait for, and gives that, the most frequent first.
fn watched<T>(url: &str, work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut seen = BTreeMap::<String, u32>::new();
            let mut connection = PgConnection::establish(url).expect("the database");
            while !over.load(Ordering::Relaxed) {
                let waits: Vec<Wait> = sql_query(WAITS)
                    .load(&mut connection)
                    .expect("what they wait for");
                for Wait { event } in waits {
                    *seen.entry(event).or_default() += 1;
                }
                std::thread::sleep(LOOK);
            }
            seen
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        let seen = looking.join().expect("who looks ends well");
        let total: u32 = seen.values().sum::<u32>().max(1);
        let mut seen: Vec<(u32, String)> = seen.into_iter().map(|(event, count)| (count, event)).collect();
        seen.sort_unstable_by(|one, other| other.cmp(one));
        let told = seen.into_iter().take(TOLD);
        let told = told.map(|(count, event)| format!("{event} {} %", count * 100 / total));
        (done, told.collect())
    })
}
