// a bank
package bank

import java.util.UUID
import base.Owner as O

const val LIMIT = 3

/** A bank account. */
class Account(private val owner: O) : Base(owner), Shape {
    var total = 0

    fun deposit(amount: Int): Int {
        if (amount > LIMIT) {
            total += amount
        } else {
            throw Error("too much $amount and ${amount + 1}!")
        }
        for (step in 1..3) {
            add(step, 'c')
        }
        return listOf(1).map { x -> x + 1 }.first()
    }

    companion object {
        fun open() = Account("""raw""")
    }
}

interface Shape {
    fun area(scale: Double): Double
}
enum class Color { RED, GREEN }
object Bank {
    val ready = true
}
typealias Id = Long

fun transfer(source: Account) {
    while (true) {
        source.deposit(1)
    }
}
