"""The same objects over the web: stored, found and fetched, in a folder and in Orthanc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom import dcmread
from pydicom.dataset import Dataset

from readingroom.node import Orthanc, orthanc, web_folder

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


@pytest.fixture(params=["folder", "Orthanc"])
def web(request: pytest.FixtureRequest) -> Iterator[object]:
    """A client of the lesson's folder, and one of a real server."""
    if request.param == "folder":
        with web_folder() as client:
            yield client
        return
    if orthanc.program() is None or not PLUGIN.exists():
        pytest.skip("Orthanc's DICOMweb is missing; on Debian: apt-get install orthanc-dicomweb")
    port = orthanc._free_port()
    more = {"HttpServerEnabled": True, "HttpPort": port, "Plugins": [str(PLUGIN)]}
    with Orthanc(more=more):
        yield DICOMwebClient(f"http://127.0.0.1:{port}/dicom-web")


def test_what_was_stored_over_the_web_is_found_and_fetched(web, sent, answered, written):
    """Report, outline and picture come back as they were sent, each found by its kind."""
    film = sent.films[0]
    files = map(dcmread, written)
    held = {one.SOPInstanceUID: one.to_json_dict() for one in files}
    told = web.store_instances([film, *answered])
    assert len(told.ReferencedSOPSequence) == 4 and not told.get("FailedSOPSequence")
    for one in answered:
        asked = {"Modality": one.Modality}
        (found,) = web.search_for_instances(sent.uid, search_filters=asked)
        row = Dataset.from_json(found)
        assert row.SOPInstanceUID == one.SOPInstanceUID
        back = web.retrieve_instance(sent.uid, row.SeriesInstanceUID, row.SOPInstanceUID)
        assert back.to_json_dict() == held[one.SOPInstanceUID]


def test_the_folder_goes_with_its_block(sent):
    """Nothing of what was stored stays on the disk."""
    with web_folder() as client:
        client.store_instances(sent.films)
        place = Path(client.url_prefix)
        assert [one for one in place.rglob("*") if one.is_file()]
    assert not place.exists()
