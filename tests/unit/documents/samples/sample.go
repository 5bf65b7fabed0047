// Package bank is a bank.
package bank

import (
	"fmt"
	str "strings"
)

const Limit = 3

var opened = true

// Account is a bank account.
type Account struct {
	total int
	Owner string
}

type Shape interface {
	Area(scale float64) float64
}

// Deposit adds.
func (a *Account) Deposit(amount int) error {
	if amount > Limit {
		a.total += amount
	} else {
		return fmt.Errorf("too much %d", amount)
	}
	switch amount {
	case 1:
		return nil
	}
	return nil
}

func Transfer(source *Account) (int, error) {
	for step := 0; step < 3; step++ {
		source.Deposit(step)
	}
	f := func(x int) int {
		return x + 1
	}
	raw := `raw
text`
	return f(1), str.Fail(raw, 'c')
}
