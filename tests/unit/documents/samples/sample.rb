# a bank
require 'set'
require_relative "base"

LIMIT = 3

module Bank
  class Account < Base
    attr_reader :total

    def initialize(owner)
      @owner = owner
    end

    def deposit(amount)
      if amount > LIMIT
        @total += amount
      else
        raise "too much #{amount}!"
      end
      [1, 2].each do |step|
        add(step)
      end
    end

    def self.open
      new('x')
    end
  end
end

def transfer(source)
  while source.open
    source.deposit(1)
  end
end
