"""Names for made-up people: common Brazilian first and last names, put together by seed."""

import unicodedata

import numpy as np

FIRST = (
    "Adriana", "Alessandra", "Alexandre", "Aline", "Amanda", "Ana Clara", "Ana Paula", "Anderson", "André",
    "Antônio", "Aparecida", "Beatriz", "Benedita", "Bruno", "Caio", "Camila", "Carla", "Carlos", "Carolina",
    "Cauã", "Cláudia", "Conceição", "Cristiane", "Daniel", "Davi", "Débora", "Diego", "Edson", "Eduarda",
    "Eduardo", "Elaine", "Eliane", "Emerson", "Fabiana", "Fábio", "Felipe", "Fernanda", "Flávia", "Francisca",
    "Francisco", "Gabriel", "Gabriela", "Geraldo", "Gilberto", "Gustavo", "Helena", "Henrique", "Iara", "Igor",
    "Isabel", "Isadora", "Ivan", "Jair", "Janaína", "Jaqueline", "João", "João Pedro", "Jorge", "José",
    "Josefa", "Joana", "Júlia", "Juliana", "Jussara", "Karina", "Larissa", "Leandro", "Letícia", "Lívia",
    "Lucas", "Luciana", "Luís", "Luíza", "Luzia", "Manoel", "Marcela", "Marcelo", "Márcia", "Marcos", "Maria",
    "Maria Clara", "Mariana", "Marina", "Mário", "Mateus", "Maurício", "Mônica", "Nair", "Natália", "Nelson",
    "Odete", "Olívia", "Osvaldo", "Otávio", "Patrícia", "Paulo", "Pedro", "Priscila", "Rafael", "Rafaela",
    "Raimunda", "Raimundo", "Raquel", "Regina", "Renata", "Renato", "Ricardo", "Rita", "Roberto", "Rodrigo",
    "Rosa", "Rosângela", "Rubens", "Sabrina", "Samuel", "Sandra", "Sebastião", "Sérgio", "Severino", "Silvana",
    "Simone", "Solange", "Sônia", "Tainá", "Tatiana", "Teresa", "Thaís", "Thiago", "Valdir", "Vanessa", "Vera",
    "Vicente", "Vinícius", "Vitória", "Wagner", "Yara", "Zélia",
)  # fmt: skip
LAST = (
    "Alencar", "Almeida", "Alves", "Amaral", "Andrade", "Aquino", "Araújo", "Azevedo", "Bandeira", "Barbosa",
    "Barros", "Batista", "Bezerra", "Borges", "Braga", "Brito", "Campos", "Cardoso", "Carneiro", "Carvalho",
    "Castro", "Cavalcante", "Coelho", "Correia", "Costa", "Cruz", "Cunha", "da Silva", "de Assis", "de Jesus",
    "de Oliveira", "de Souza", "Dias", "dos Santos", "Duarte", "Esteves", "Evangelista", "Farias", "Fernandes",
    "Ferreira", "Figueiredo", "Fonseca", "França", "Freitas", "Garcia", "Gomes", "Gonçalves", "Guimarães",
    "Lacerda", "Leal", "Leite", "Lima", "Lopes", "Macedo", "Machado", "Magalhães", "Maia", "Marques",
    "Martins", "Matos", "Medeiros", "Melo", "Mendes", "Miranda", "Monteiro", "Moraes", "Moreira", "Mota",
    "Moura", "Nascimento", "Neves", "Nogueira", "Nunes", "Pacheco", "Paiva", "Peixoto", "Pereira", "Pimentel",
    "Pinheiro", "Pinto", "Pires", "Queiroz", "Ramos", "Reis", "Ribeiro", "Rocha", "Rodrigues", "Sales",
    "Sampaio", "Santana", "Siqueira", "Soares", "Tavares", "Teixeira", "Teles", "Torres", "Vargas",
    "Vasconcelos", "Vaz", "Viana", "Vieira", "Xavier",
)  # fmt: skip


def full_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return ``count`` names of one first and two different last names."""
    first = rng.integers(len(FIRST), size=count)
    last = rng.integers(len(LAST), size=count)
    other = (last + rng.integers(1, len(LAST), size=count)) % len(LAST)
    triples = zip(first.tolist(), last.tolist(), other.tolist(), strict=True)
    return [f"{FIRST[a]} {LAST[b]} {LAST[c]}" for a, b, c in triples]


def usernames(names: list[str]) -> list[str]:
    """Return sign-in names, each once: the first name without accents, and a number."""
    plain = (
        unicodedata.normalize("NFKD", name.split()[0]).encode("ascii", "ignore").decode() for name in names
    )
    return [f"{name.lower()}-{number:06d}" for number, name in enumerate(plain, 1)]
