"""The definitions, imports and used names of a sample in each language."""

from pathlib import Path

import pytest

from codestral_ls.documents.languages import language_id_for_path
from codestral_ls.documents.outline import definitions_of, imports_of, references_of
from codestral_ls.documents.syntax import SyntaxTree

SAMPLES = Path(__file__).parent / "samples"


def parsed(name: str) -> SyntaxTree:
    path = SAMPLES / name
    tree = SyntaxTree.parse(language_id_for_path(path), path.read_text(encoding="utf-8"))
    assert tree is not None
    assert not tree.has_errors
    return tree


DEFINITIONS = {
    "Sample.java": """
class Account | public class Account<T> extends Base implements Shape
field Account.LIMIT | private static final int LIMIT = 3;
field Account.total | private int total;
method Account.Account | public Account(String owner)
method Account.deposit | @Override public int deposit(int amount) throws Error
class Shape | interface Shape
method Shape.area | double area(double scale);
class Color | enum Color
field Color.RED | RED
field Color.GREEN | GREEN
class Point | record Point(int x, int y)
""",
    "sample.c": """
variable LIMIT | #define LIMIT 3
macro MAX | #define MAX(a, b) ((a) > (b) ? (a) : (b))
type Account | typedef struct account
class Account.account | struct account
field Account.account.total | int total;
field Account.account.owner | char *owner;
class color | enum color
field color.RED | RED
field color.GREEN | GREEN
variable opened | static int opened = 1;
function declared | int declared(int amount);
function deposit | int *deposit(Account *account, int amount)
""",
    "sample.cpp": """
module bank | namespace bank
class bank.Account | class Account : public Base
method bank.Account.Account | explicit Account(T owner) : owner_(owner)
method bank.Account.~Account | ~Account();
method bank.Account.deposit | int deposit(int amount) const
method bank.Account.close | virtual void close() = 0;
field bank.Account.owner_ | T owner_;
class bank.Point | struct Point
field bank.Point.x | int x;
class bank.Color | enum class Color
field bank.Color.Red | Red
field bank.Color.Green | Green
type bank.Id | using Id = unsigned long;
function bank.Account<T>::~Account | Account<T>::~Account()
function bank.transfer | std::string transfer(const Account<int> &source)
""",
    "sample.cs": """
module Bank | namespace Bank
class Bank.Account | public class Account<T> : Base, IShape
field Bank.Account.Limit | private const int Limit = 3;
field Bank.Account.Total | public int Total { get; set; }
method Bank.Account.Account | public Account(string owner) : base(owner)
method Bank.Account.Deposit | public int Deposit(int amount)
class Bank.IShape | interface IShape
method Bank.IShape.Area | double Area(double scale);
class Bank.Color | enum Color
field Bank.Color.Red | Red
field Bank.Color.Green | Green
class Bank.Point | struct Point
field Bank.Point.X | public int X;
class Bank.Person | record Person(string Name);
""",
    "sample.css": """
class :root | :root
variable :root.--limit | --limit: 3px;
class .account > a:hover | .account > a:hover
class #main | #main
""",
    "sample.go": """
variable Limit | Limit = 3
variable opened | opened = true
class Account | Account struct
field Account.total | total int
field Account.Owner | Owner string
class Shape | Shape interface
method Shape.Area | Area(scale float64) float64
method Deposit | func (a *Account) Deposit(amount int) error
function Transfer | func Transfer(source *Account) (int, error)
""",
    "sample.html": """
variable main | id="main"
""",
    "sample.js": """
variable LIMIT | LIMIT = 3
class Account | class Account extends Base
field Account.#total | #total = 0
method Account.constructor | constructor(owner)
method Account.deposit | deposit(amount)
function transfer | async function transfer(source, amount = 1)
function helper | helper = (a) =>
""",
    "sample.jsx": """
function Button | function Button({ label })
""",
    "sample.kt": """
variable LIMIT | const val LIMIT = 3
class Account | class Account(private val owner: O) : Base(owner), Shape
field Account.total | var total = 0
method Account.deposit | fun deposit(amount: Int): Int
method Account.open | fun open()
class Shape | interface Shape
method Shape.area | fun area(scale: Double): Double
class Color | enum class Color
field Color.RED | RED
field Color.GREEN | GREEN
class Bank | object Bank
field Bank.ready | val ready = true
type Id | typealias Id = Long
function transfer | fun transfer(source: Account)
""",
    "sample.lua": """
variable base | local base = require("base")
variable LIMIT | local LIMIT = 3
variable Account | local Account = {}
function new | function Account.new(owner)
method deposit | function Account:deposit(amount)
function transfer | local function transfer(source)
function transfer.f | f = function(x)
function helper | helper = function(a)
""",
    "sample.php": """
variable LIMIT | LIMIT = 3
class Account | class Account extends Base implements Shape
field Account.$total | private int $total = 0;
field Account.RATE | RATE = 1
method Account.__construct | public function __construct(string $owner)
method Account.deposit | public function deposit(int $amount): int
class Shape | interface Shape
method Shape.area | public function area(float $scale): float;
class Named | trait Named
class Color | enum Color
field Color.Red | case Red;
function transfer | function transfer(Account $source)
""",
    "sample.py": """
variable LIMIT | LIMIT: int = 3
class Account | class Account(Base):
field Account.rate | rate = 0.5
method Account.deposit | def deposit(self, amount: int) -> None:
function transfer | async def transfer(source: Account, *, amount=1):
""",
    "sample.rb": """
variable LIMIT | LIMIT = 3
module Bank | module Bank
class Bank.Account | class Account < Base
method Bank.Account.initialize | def initialize(owner)
method Bank.Account.deposit | def deposit(amount)
method Bank.Account.open | def self.open
function transfer | def transfer(source)
""",
    "sample.rs": """
variable LIMIT | pub const LIMIT: u32 = 3;
class Account | pub struct Account<T>
field Account.total | total: u32
field Account.owner | owner: T
class Color | pub enum Color
field Color.Red | Red
field Color.Green | Green(u8)
class Shape | pub trait Shape
method Shape.area | fn area(&self, scale: f64) -> f64;
type Id | type Id = u64;
impl Account<T> | impl<T> Account<T>
method Account<T>.deposit | pub fn deposit(&mut self, amount: u32) -> Result<(), String>
function transfer | fn transfer(source: &mut Account<i32>) -> char
macro twice | macro_rules! twice { ($e:expr) => { $e; $e } }
""",
    "sample.scala": """
class Account | class Account(owner: O) extends Base(owner) with Shape
field Account.limit | val limit = 3
field Account.total | var total: Int = 0
method Account.deposit | def deposit(amount: Int): Int =
class Account | object Account
method Account.open | def open(name: String) =
class Shape | trait Shape
method Shape.area | def area(scale: Double): Double
class Point | case class Point(x: Int, y: Int)
type Id | type Id = Long
""",
    "sample.sh": """
variable LIMIT | LIMIT=3
function deposit | deposit()
function transfer | function transfer
""",
    "sample.ts": """
variable LIMIT | LIMIT: number = 3
class Shape | interface Shape<T>
method Shape.area | area(scale: number): T
field Shape.name | name: string
type Id | type Id = string | number;
class Color | enum Color
module Bank | namespace Bank
variable Bank.open | open = true
function outside | function outside(a: number): void;
class Account | abstract class Account extends Base implements Shape<number>
field Account.total | private total = 0
method Account.constructor | constructor(private readonly owner: Owner)
method Account.area | area(scale: number): number
method Account.close | abstract close(): void
function transfer | async function transfer(source: Account, amount = 1): Promise<void>
function helper | helper = async <T,>(a: T): Promise<T> =>
""",
    "sample.tsx": """
type Props | type Props = { label: string };
field Props.label | label: string
function Button | Button = ({ label }: Props) =>
""",
}

IMPORTS = {
    "Sample.java": """
java.util List:
java.lang.Math max:
""",
    "sample.c": """
stdio.h
base.h
""",
    "sample.cpp": """
vector
base.hpp
bank::Base
""",
    "sample.cs": """
System
System.Text :Text
""",
    "sample.css": """
base.css
""",
    "sample.go": """
fmt
strings :str
""",
    "sample.html": """
bank.css
bank.js
""",
    "sample.js": """
fs fs: readFile:read
path join:
path
""",
    "sample.jsx": """
react React:
""",
    "sample.kt": """
java.util.UUID
base.Owner :O
""",
    "sample.lua": """
base
""",
    "sample.php": r"""
Base\Owner
strlen
base.php
""",
    "sample.py": """
os.path :p
typing Any: Optional:O
.sibling thing:
""",
    "sample.rb": """
set
base
""",
    "sample.rs": """
std::collections HashMap: hash_map::Entry:E
crate::base Base:
sibling
""",
    "sample.scala": """
scala.collection.mutable
base Owner:O Other:
""",
    "sample.sh": """
./base.sh
./other.sh
""",
    "sample.ts": """
./base Base: Owner:
path :path
""",
    "sample.tsx": """
react useState:
""",
}

USED = {
    "sample.py": "ValueError:call source:name deposit:call Base:type total:member",
    "sample.js": "range:call deposit:call Base:type Error:call #total:member",
    "sample.jsx": "press:call label:name",
    "sample.ts": "Owner:type outside:call area:call total:member Promise:type",
    "sample.tsx": "useState:call Props:type setOn:call",
    "sample.rs": "Ok:call deposit:call format:call HashMap:name Account:type total:member",
    "sample.go": "Errorf:call Deposit:call Account:type total:member fmt:name",
    "Sample.java": "max:call of:call Base:type total:member",
    "sample.c": "printf:call declared:call Account:type total:member",
    "sample.cpp": "add:call deposit:call Base:type",
    "sample.cs": "WriteLine:call Exception:call Base:type Console:name",
    "sample.rb": "raise:call add:call Base:type @total:member",
    "sample.php": "add:call deposit:call Base:type total:member",
    "sample.sh": "deposit:call LIMIT:name",
    "sample.lua": "require:call setmetatable:call add:call total:member",
    "sample.kt": "add:call first:call Base:type",
    "sample.scala": "add:call Account:call Base:type head:member",
    "sample.css": "account:name --limit:name",
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definitions(name: str) -> None:
    told = [f"{one.kind} {'.'.join((*one.container, one.name))} | {one.signature}" for one in definitions_of(parsed(name))]
    assert told == DEFINITIONS[name].strip("\n").split("\n")


@pytest.mark.parametrize("name", IMPORTS)
def test_imports(name: str) -> None:
    told = [f"{one.module} {' '.join(f'{n}:{alias}' for n, alias in one.names)}".strip() for one in imports_of(parsed(name))]
    assert told == IMPORTS[name].strip("\n").split("\n")


@pytest.mark.parametrize("name", USED)
def test_references(name: str) -> None:
    used = {f"{one.name}:{one.kind}" for one in references_of(parsed(name))}
    assert set(USED[name].split()) <= used


def test_every_sample_has_its_rows() -> None:
    files = {path.name for path in SAMPLES.iterdir()}
    assert set(DEFINITIONS) | {"sample.json"} == files


def test_a_place_is_named_once_and_in_order() -> None:
    references = references_of(parsed("sample.ts"))
    assert [one.start for one in references] == sorted({one.start for one in references})


def test_references_of_a_range() -> None:
    tree = parsed("sample.py")
    line = tree.text.index("source.deposit(step)")
    assert [one.name for one in references_of(tree, line, line + 20)] == ["source", "deposit", "step"]


def test_a_method_assigned_in_init_is_a_field() -> None:
    tree = SyntaxTree.parse("python", "class A:\n    def __init__(self):\n        self.b = 1\n        self.c: int = 2\n")
    assert tree is not None
    assert [f"{one.kind} {one.name}" for one in definitions_of(tree)][2:] == ["field b", "field c"]
