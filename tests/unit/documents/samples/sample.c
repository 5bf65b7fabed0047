/* a bank */
#include <stdio.h>
#include "base.h"
#define LIMIT 3
#define MAX(a, b) ((a) > (b) ? (a) : (b))

typedef struct account {
    int total;
    char *owner;
} Account;

enum color { RED, GREEN };
static int opened = 1;
int declared(int amount);

int *deposit(Account *account, int amount) {
    if (amount > LIMIT) {
        account->total += amount; // add
    } else {
        printf("too much %d\n", amount);
    }
    for (int step = 0; step < 3; step++) {
        declared(step);
    }
    switch (amount) {
    case 1:
        return 'c';
    }
    return &account->total;
}
