"""RFC 6962: the published test vectors, and every proof of every small tree."""

import hashlib

import pytest

from workplaces.record import merkle

# The leaves and roots of the reference implementation's tests (google/certificate-transparency, merkle_tree_test).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_published_vectors() -> None:
    assert [merkle.root(LEAVES[: size + 1]).hex() for size in range(8)] == ROOTS


def test_no_leaves() -> None:
    assert merkle.root([]) == hashlib.sha256().digest()


@pytest.mark.parametrize("size", range(1, 18))
def test_every_inclusion_proof(size: int) -> None:
    leaves = [bytes([number]) for number in range(size)]
    top = merkle.root(leaves)
    for index in range(size):
        path = merkle.inclusion_proof(index, leaves)
        assert merkle.included(index, size, leaves[index], path, top)
        assert not merkle.included(index, size, b"forged", path, top)
        assert not merkle.included(index, size + 1, leaves[index], [*path, top], top)
        if path:
            assert not merkle.included(index, size, leaves[index], path[:-1], top)


@pytest.mark.parametrize("size", range(1, 18))
def test_every_consistency_proof(size: int) -> None:
    leaves = [bytes([number]) for number in range(size)]
    top = merkle.root(leaves)
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(old, leaves)
        before = merkle.root(leaves[:old])
        rewritten = merkle.root([b"forged", *leaves[1:old]])
        assert merkle.consistent(old, size, before, top, proof)
        assert not merkle.consistent(old, size, rewritten, top, proof)
        assert not merkle.consistent(old, size, before, merkle.root([*leaves, b"more"]), proof)


def test_a_prefix_that_is_none() -> None:
    with pytest.raises(IndexError, match="no prefix of 3"):
        merkle.consistency_proof(3, LEAVES[:2])
    with pytest.raises(IndexError, match="no leaf 2"):
        merkle.inclusion_proof(2, LEAVES[:2])
