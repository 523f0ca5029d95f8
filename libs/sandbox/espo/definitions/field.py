"""Fields and entity types: the vocabulary in which every rule of reading, writing and searching is said.

A *field* is what an administrator sees; its *attributes* are the JSON keys that carry it: a link field `parent` has
`parentId`, `parentType` and `parentName`. EspoCRM reports errors by field and filters by attribute.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Kind = Literal[
    "varchar",
    "text",
    "enum",
    "bool",
    "int",
    "url",
    "date",
    "datetime",
    "datetimeOptional",
    "email",
    "link",
    "linkParent",
    "linkMultiple",
    "json",
]
NAME_PATTERN = "[^<>=]+"
NOW = "now"  # a default: the moment of creation


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `default` None means none; `nulled` marks a default of null that a create shows (`joinUrl`).

    `told` is what metadata says of it besides, for the user interface and the database.
    """

    name: str
    kind: Kind
    required: bool = False
    max_length: int | None = None
    pattern: str | None = None
    options: tuple[str, ...] = ()
    default: Any = None
    nulled: bool = False
    read_only: bool = False
    read_only_after_create: bool = False
    admin_only: bool = False
    foreign: str = ""
    foreign_types: tuple[str, ...] = ()
    columns: bool = False
    audited: bool = False
    custom: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)

    def writable(self) -> tuple[str, ...]:
        """Give the attributes that input may carry; names of linked records are never among them."""
        match self.kind:
            case "link":
                return (f"{self.name}Id",)
            case "linkParent":
                return (f"{self.name}Id", f"{self.name}Type")
            case "linkMultiple":
                return (f"{self.name}Ids", f"{self.name}Columns") if self.columns else (f"{self.name}Ids",)
            case "datetimeOptional":
                return (self.name, f"{self.name}Date")
            case "email":
                return (self.name, f"{self.name}Data")
            case _:
                return (self.name,)

    def attributes(self) -> tuple[str, ...]:
        """Give every attribute that carries this field."""
        match self.kind:
            case "link" | "linkParent":
                return (*self.writable(), f"{self.name}Name")
            case "linkMultiple":
                return (*self.writable(), f"{self.name}Names")
            case _:
                return self.writable()


@dataclass(frozen=True)
class Entity:
    """One entity type.

    fields: in the order in which EspoCRM validates them.
    read: the attributes of a read by id, in EspoCRM's order.
    loaded: those of them that lists leave out unless selected.
    created_with: attributes that only the answer to a create and its webhook show, with their values.
    null_names: names of linked records that nothing here ever sets; shown as null, from the first answer on.
    after_select: attributes that a list adds to every selection.
    hidden: attributes that no role shows unless a field-level right does.
    secret: attributes that administrators alone see.
    counts_every_write: loads attributes before saving, so that a write which changes nothing still counts.
    """

    name: str
    fields: tuple[Field, ...]
    read: tuple[str, ...]
    loaded: frozenset[str] = frozenset()
    created_with: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, str] = ("createdAt", "desc")
    order_attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    null_names: tuple[str, ...] = ()
    after_select: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    counts_every_write: bool = True
    is_event: bool = False
    is_object: bool = True
    is_custom: bool = False
    person_name: bool = False
    streams: bool = False
    duplicates_checked: bool = False
    versioned: bool = False
    default_duration: int = 0

    def field(self, name: str) -> Field | None:
        """Give the field of that name, if there is one."""
        return self._by_name.get(name)

    @cached_property
    def links(self) -> tuple[Field, ...]:
        """The link-multiple fields."""
        return tuple(each for each in self.fields if each.kind == "linkMultiple")

    @cached_property
    def inputs(self) -> tuple[tuple[Field, str], ...]:
        """Every field with each attribute that input may carry."""
        return tuple((each, attribute) for each in self.fields for attribute in each.writable())

    @cached_property
    def audited(self) -> tuple[str, ...]:
        """The attributes whose change makes a stream note."""
        return tuple(f"{each.name}{part}" for each in self.fields if each.audited for part in ("", "Ids", "Columns"))

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}


def words(text: str) -> tuple[str, ...]:
    """Split a list of attribute names written in one string."""
    return tuple(text.split())
