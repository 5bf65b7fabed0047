// a bank
import fs, { readFile as read } from "fs";
const { join } = require('path');
export const LIMIT = 3;

/** A bank account. */
export class Account extends Base {
  #total = 0;
  constructor(owner) {
    super(owner);
  }
  deposit(amount) {
    if (amount > LIMIT) {
      this.#total += amount;
    } else {
      throw new Error(`too much ${amount}!`);
    }
  }
}

async function transfer(source, amount = 1) {
  for (const step of range(amount)) {
    source.deposit(step);
  }
  try {
    return held.map((x) => x + 1);
  } catch (error) {
    console.log("no", error);
  }
}

const helper = (a) => {
  return a;
};
