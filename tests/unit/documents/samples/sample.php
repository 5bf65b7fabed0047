<?php
// a bank
namespace Bank;

use Base\Owner;
use function strlen;
require_once 'base.php';

const LIMIT = 3;

/** A bank account. */
class Account extends Base implements Shape
{
    private int $total = 0;
    const RATE = 1;

    public function __construct(string $owner)
    {
        parent::__construct($owner);
    }

    public function deposit(int $amount): int
    {
        if ($amount > LIMIT) {
            $this->total += $amount;
        } else {
            throw new \Exception("too much $amount!");
        }
        foreach ([1, 2] as $step) {
            add($step, 'x');
        }
        return self::open($amount);
    }
}

interface Shape { public function area(float $scale): float; }
trait Named {}
enum Color { case Red; }

function transfer(Account $source)
{
    $f = function ($x) { return $x; };
    $g = fn($x) => $x + 1;
    # done
    return $source->deposit(1);
}
