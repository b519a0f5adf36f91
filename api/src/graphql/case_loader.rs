//! The cases that an operation asks for, read together: however many they are, it takes the same number of queries.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, Loader};
use jiekou_boot::clock;
use jiekou_service::view_case::{CaseFile, view_cases};
use tracing::{Instrument, Span};

use super::caller::Caller;
use crate::problem::Problem;

/// Cases by number, as far as the caller may see them.
#[derive(Debug)]
pub struct CaseLoader(Caller);

impl CaseLoader {
    /// The loader of one operation.
    pub fn of(caller: &Caller) -> DataLoader<Self> {
        // What is read is logged as part of the request that asked for it.
        let span = Span::current();
        DataLoader::new(Self(caller.clone()), move |task| tokio::spawn(task.instrument(span.clone())))
    }
}

impl Loader<String> for CaseLoader {
    type Value = Arc<CaseFile>;
    type Error = Problem;

    async fn load(&self, numbers: &[String]) -> Result<HashMap<String, Self::Value>, Self::Error> {
        let staff = self.0.staff()?;
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let files = view_cases(self.0.app(), staff, &numbers, clock::now()).await?;
        Ok(files.into_iter().map(|file| (file.case.case_number.clone(), Arc::new(file))).collect())
    }
}
