"""Upload, dry run, confirmation and undo, all by plain forms; what was stated stays."""

import base64
import re
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.planning.federation import Federation
from tests.workplaces.views.conftest import Browse
from workplaces.importing import reading
from workplaces.importing.kinds import KINDS
from workplaces.models import ImportBatch, Product
from workplaces.views import imports

GOOD = b"code;name;unit;price\nsteel;Steel;t;800,5\nsand;Sand;t;2\n"


def upload(client: Client, kind: str, content: bytes, **stated: str) -> object:
    file = SimpleUploadedFile("sheet.csv", content)
    return client.post(reverse("workplaces:import_new", args=[kind]), {"file": file, **stated})


def hidden(page: object) -> dict[str, str]:
    text = page.content.decode()  # type: ignore[attr-defined]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text.split("multipart")[0]))


def test_from_file_to_batch_and_back(browse: Browse, federation: Federation) -> None:
    client = browse("registrar")
    preview = upload(client, "products", GOOD)
    assert preview.status_code == 200
    text = preview.content.decode()
    assert "“sheet.csv” would make 2 rows" in text
    assert "nothing has been written" in text
    assert not Product.objects.filter(code="steel").exists()
    done = client.post(reverse("workplaces:import_new", args=["products"]), hidden(preview))
    batch = ImportBatch.objects.get(kind="products")
    assert (done.status_code, done["Location"]) == (302, reverse("workplaces:import", args=[batch.public_id]))
    assert Product.objects.get(code="steel").price == 800.5
    again = client.post(reverse("workplaces:import_new", args=["products"]), hidden(preview))
    assert again["Location"] == done["Location"]
    page = client.get(done["Location"]).content.decode()
    assert "Steel" in page
    assert "Undo this import" in page
    undone = client.post(reverse("workplaces:import_undo", args=[batch.public_id]))
    assert undone.status_code == 302
    assert not Product.objects.filter(code="steel").exists()
    assert "was undone" in client.get(done["Location"]).content.decode()


def test_faults_are_listed_and_what_was_stated_stays(browse: Browse) -> None:
    page = upload(
        browse("registrar"), "products", b"code,name,unit\na,,t\nb,B\n", decimal="comma", may_change="on"
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert "2 faults keep “sheet.csv” out" in text
    assert '<option value="comma" selected>' in text
    assert re.search(r'name="may_change"[^>]* checked', text)
    assert [e.row for e in page.context["errors"]] == [2, 3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty"), (b"PK\x03\x04", "Save the sheet as CSV"), (b"x,y\n1,2\n", "not known")],
)
def test_files_that_are_no_table(content: bytes, sentence: str, browse: Browse) -> None:
    page = upload(browse("registrar"), "products", content)
    assert (page.status_code, sentence in page.content.decode()) == (422, True)


def test_no_file_at_all_and_one_too_large(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browse("registrar")
    assert client.post(reverse("workplaces:import_new", args=["products"]), {}).status_code == 422
    monkeypatch.setattr("workplaces.forms.MAX_BYTES", 10)
    page = upload(client, "products", GOOD)
    assert (page.status_code, "larger than" in page.content.decode()) == (422, True)


def test_a_confirmation_of_something_else_is_refused(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    client, url = browse("registrar"), reverse("workplaces:import_new", args=["products"])
    fields = hidden(upload(client, "products", GOOD))
    other = base64.b64encode(zlib.compress(b"code,name,unit\nx,X,t\n")).decode()
    for content in (other, "no base64!", base64.b64encode(b"not packed").decode(), fields["content"][:-8]):
        page = client.post(url, {**fields, "content": content})
        assert (page.status_code, "not the file" in page.content.decode()) == (409, True)
    monkeypatch.setattr(imports, "MAX_BYTES", 20)
    assert imports.unpacked(fields["content"]) is None
    assert not Product.objects.filter(code__in=["x", "steel"]).exists()


def test_a_confirmation_that_came_too_late_shows_the_new_faults(
    browse: Browse, federation: Federation
) -> None:
    client = browse("registrar")
    fields = hidden(upload(client, "products", GOOD))
    Product.objects.create(scenario=federation.baseline, code="steel", name="Their steel", unit="t")
    page = client.post(reverse("workplaces:import_new", args=["products"]), fields)
    assert page.status_code == 422
    assert "there already" in page.content.decode()
    assert not Product.objects.filter(code="sand").exists()


@pytest.mark.parametrize("who", ["coordinator", "bread_delegate", "stranger", "root"])
def test_to_others_the_forms_do_not_exist(who: str, browse: Browse, federation: Federation) -> None:
    client, batch = browse(who), ImportBatch.objects.get()
    assert client.get(reverse("workplaces:import_new", args=["products"])).status_code == 404
    assert upload(client, "products", GOOD).status_code == 404
    assert client.get(reverse("workplaces:row_new", args=["products"])).status_code == 404
    assert client.get(reverse("workplaces:import", args=[batch.public_id])).status_code == 404
    assert client.post(reverse("workplaces:import_undo", args=[batch.public_id])).status_code == 404
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_a_refused_undo_says_why(browse: Browse, federation: Federation) -> None:
    client = browse("registrar")
    client.post(reverse("workplaces:import_new", args=["products"]), hidden(upload(client, "products", GOOD)))
    Product.objects.filter(code="steel").update(price=9)
    batch = ImportBatch.objects.get(kind="products")
    page = client.post(reverse("workplaces:import_undo", args=[batch.public_id]))
    assert (page.status_code, "cannot be undone" in page.content.decode()) == (409, True)


@pytest.mark.parametrize("kind", list(KINDS))
def test_templates_read_back(kind: str, browse: Browse) -> None:
    response = browse("stranger").get(reverse("workplaces:import_template", args=[kind]))
    content = b"".join(response.streaming_content)
    sheet = reading.read_sheet("t.csv", content, KINDS[kind].columns, reading.Options())
    assert (sheet.errors, len(sheet.records), sheet.header) == ([], 1, KINDS[kind].header)


def test_unknown_kinds_do_not_exist(browse: Browse) -> None:
    client = browse("registrar")
    for name in ("import_new", "import_template", "row_new"):
        assert client.get(reverse(f"workplaces:{name}", args=["passwords"])).status_code == 404


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_its_pages(kind: str, browse: Browse) -> None:
    client = browse("registrar")
    assert client.get(reverse("workplaces:import_new", args=[kind])).status_code == 200
    assert client.get(reverse("workplaces:row_new", args=[kind])).status_code == 200


def test_one_row_typed_in_is_an_import_that_can_be_undone(browse: Browse) -> None:
    client, url = browse("registrar"), reverse("workplaces:row_new", args=["products"])
    done = client.post(url, {"c_code": "=steel", "c_name": "Steel", "c_unit": "t", "c_price": "1,5"})
    batch = ImportBatch.objects.get(kind="products")
    assert done["Location"] == reverse("workplaces:import", args=[batch.public_id])
    assert Product.objects.get(code="=steel").price == 1.5


def test_a_bad_row_keeps_what_was_typed(browse: Browse) -> None:
    client, url = browse("registrar"), reverse("workplaces:row_new", args=["products"])
    page = client.post(url, {"c_code": "bread", "c_name": "Rye", "c_unit": "t", "c_price": "-1"})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'value="Rye"' in text
    assert "not above 0" in text
    page = client.post(url, {"c_code": "bread", "c_name": "Rye", "c_unit": "t"})
    assert "there already" in page.content.decode()
    assert client.post(url, {"c_name": "Rye"}).status_code == 422


def test_a_closed_baseline_takes_nothing(browse: Browse, federation: Federation) -> None:
    from tests.planning.federation import NOW
    from workplaces.services.scenarios import scenario_close

    client = browse("registrar")
    scenario_close(scenario=federation.baseline, by=federation.people["registrar"], now=NOW)
    page = upload(client, "products", GOOD)
    assert (page.status_code, "is closed" in page.content.decode()) == (409, True)
