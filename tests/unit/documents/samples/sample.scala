// a bank
package bank

import scala.collection.mutable
import base.{Owner => O, Other}

/** A bank account. */
class Account(owner: O) extends Base(owner) with Shape {
  val limit = 3
  var total: Int = 0

  def deposit(amount: Int): Int = {
    if (amount > limit) {
      total += amount
    } else {
      throw new Error(s"too much $amount and ${amount + 1}!")
    }
    for (step <- 1 to 3) {
      add(step, 'c')
    }
    List(1).map { x => x + 1 }.head
  }
}

object Account {
  def open(name: String) = new Account(name, """raw""")
}

trait Shape { def area(scale: Double): Double }
case class Point(x: Int, y: Int)
type Id = Long
