//! a bank
use std::collections::{HashMap, hash_map::Entry as E};
use crate::base::Base;
mod sibling;

pub const LIMIT: u32 = 3;

/// A bank account.
#[derive(Debug)]
pub struct Account<T> {
    total: u32,
    owner: T,
}

pub enum Color { Red, Green(u8) }
pub trait Shape { fn area(&self, scale: f64) -> f64; }
type Id = u64;

impl<T> Account<T> {
    pub fn deposit(&mut self, amount: u32) -> Result<(), String> {
        if amount > LIMIT {
            self.total += amount;
        } else {
            return Err(format!("too much {}", amount));
        }
        match amount {
            0 => Ok(()),
            _ => { Ok(()) }
        }
    }
}

fn transfer(source: &mut Account<i32>) -> char {
    for step in 0..3 {
        source.deposit(step).unwrap(); // deposit
    }
    let add = |x: i32| { x + 1 };
    let s = r#"raw"#;
    'c'
}

macro_rules! twice { ($e:expr) => { $e; $e } }
