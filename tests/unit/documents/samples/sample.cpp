// a bank
#include <vector>
#include "base.hpp"
using namespace std;
using bank::Base;

namespace bank {

template <typename T>
class Account : public Base {
public:
    explicit Account(T owner) : owner_(owner) {}
    ~Account();
    int deposit(int amount) const {
        if (amount > limit) {
            total += amount;
        }
        auto add = [&](int x) { return x + 1; };
        return add(amount);
    }
    virtual void close() = 0;

private:
    T owner_;
};

struct Point { int x; };
enum class Color { Red, Green };
using Id = unsigned long;

template <typename T>
Account<T>::~Account() {
    for (auto &step : steps) {
        deposit(step);
    }
}

std::string transfer(const Account<int> &source) {
    try {
        return "text" + R"(raw)";
    } catch (const std::exception &e) {
        return u8"none";
    }
}

}  // namespace bank
