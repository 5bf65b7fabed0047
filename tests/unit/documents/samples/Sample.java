package bank;

import java.util.List;
import static java.lang.Math.max;

/** A bank account. */
public class Account<T> extends Base implements Shape {
    private static final int LIMIT = 3;
    private int total;

    public Account(String owner) {
        super(owner);
    }

    @Override
    public int deposit(int amount) throws Error {
        if (amount > LIMIT) {
            this.total += amount;
        } else {
            throw new Error("too much " + amount); // no
        }
        List<Integer> all = List.of(1).stream().map(x -> {
            return x + 1;
        }).toList();
        for (int step : all) {
            max(step, 'c');
        }
        return total;
    }
}

interface Shape {
    double area(double scale);
}

enum Color { RED, GREEN }
record Point(int x, int y) {}
