// a bank
using System;
using Text = System.Text;

namespace Bank
{
    /// <summary>A bank account.</summary>
    public class Account<T> : Base, IShape
    {
        private const int Limit = 3;
        public int Total { get; set; }

        public Account(string owner) : base(owner)
        {
        }

        public int Deposit(int amount)
        {
            if (amount > Limit)
            {
                Total += amount;
            }
            else
            {
                throw new Exception($"too much {amount}!");
            }
            foreach (var step in Steps())
            {
                Console.WriteLine("x" + @"raw" + 'c');
            }
            Func<int, int> add = x => { return x + 1; };
            return add(1);
        }
    }

    interface IShape { double Area(double scale); }
    enum Color { Red, Green }
    struct Point { public int X; }
    record Person(string Name);
}
