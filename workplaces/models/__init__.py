"""The lowest room: people, places, products, workplaces, techniques, and the public record."""

from workplaces.models.agreements import Agreement, Counterparty, TradeLine
from workplaces.models.economy import LabourPool, Occupation, Product, Resource, Sector
from workplaces.models.imports import ImportBatch, ImportedRow
from workplaces.models.notices import CalendarEntry, Message, NoticeSettings, Told
from workplaces.models.people import Association, Membership, Person, PublicBody, Region
from workplaces.models.scenario import Scenario, ScenarioRow
from workplaces.models.sessions import Session
from workplaces.models.techniques import DemandLine, Line, Technology
from workplaces.models.workplaces import Post, SectorMembership, Workplace
from workplaces.record.models import Entry, Root

__all__ = [
    "Agreement",
    "Association",
    "CalendarEntry",
    "Counterparty",
    "DemandLine",
    "Entry",
    "ImportBatch",
    "ImportedRow",
    "LabourPool",
    "Line",
    "Membership",
    "Message",
    "NoticeSettings",
    "Occupation",
    "Person",
    "Post",
    "Product",
    "PublicBody",
    "Region",
    "Resource",
    "Root",
    "Scenario",
    "ScenarioRow",
    "Sector",
    "SectorMembership",
    "Session",
    "Technology",
    "Told",
    "TradeLine",
    "Workplace",
]
