import { Base, type Owner } from "./base";
import * as path from 'path';
export const LIMIT: number = 3;

export interface Shape<T> {
  area(scale: number): T;
  name: string;
}
export type Id = string | number;
enum Color { Red, Green }
namespace Bank {
  export const open = true;
}
declare function outside(a: number): void;
abstract class Account extends Base implements Shape<number> {
  private total = 0;
  constructor(private readonly owner: Owner) {
    super();
  }
  area(scale: number): number {
    if (scale > LIMIT) {
      return this.total * scale; // scaled
    }
    return outside(`none ${scale}`);
  }
  abstract close(): void;
}
export async function transfer(source: Account, amount = 1): Promise<void> {
  while (amount > 0) {
    amount -= source.area(1);
  }
}
const helper = async <T,>(a: T): Promise<T> => {
  return a;
};
