"""Elections counted again from their papers: a part of the stand-alone verifier, by code of its own.

Whole numbers stand for values with five decimals, so that nothing is rounded but where the rule cuts.
"""

ONE = 10**5


def most_approved(params, codes, said, lot):
    approved = {code: sum(weight for choice, weight in said if code in choice) for code in codes}
    return sorted(codes, key=lambda code: (-approved[code], lot.index(code)))[: params["seats"]]


class Piles:
    """Where the papers lie: for each candidate rows of (what comes after on the paper, value of one, how many)."""

    def __init__(self, codes, said):
        self.hopeful, self.rows, self.votes = (
            set(codes),
            {code: [] for code in codes},
            dict.fromkeys(codes, 0),
        )
        for choice, weight in said:
            self.lay(choice, ONE, weight)

    def lay(self, choice, value, number):
        for place, code in enumerate(choice):
            if code in self.hopeful:
                self.rows[code].append((choice[place + 1 :], value, number))
                self.votes[code] += value * number
                return

    def hand_on(self, code, part, whole):
        """Lay a candidate's papers on the next piles at part / whole of their value, cut after five decimals."""
        rows, self.rows[code] = self.rows[code], []
        for rest, value, number in rows:
            if value * part // whole:
                self.lay(rest, value * part // whole, number)


def single_transferable(params, codes, said, lot):
    """Droop quota, weighted inclusive Gregory (Scottish Local Government Elections Order 2007, rules 46-52)."""
    piles, elected, surpluses, seats = Piles(codes, said), [], [], params["seats"]
    votes, quota = piles.votes, (sum(weight for _choice, weight in said) // (seats + 1) + 1) * ONE

    def strongest(some):
        return sorted(some, key=lambda code: (-votes[code], lot.index(code)))

    while True:
        for code in strongest(code for code in piles.hopeful if votes[code] >= quota)[: seats - len(elected)]:
            elected.append(code)
            piles.hopeful.remove(code)
            surpluses += [code] if votes[code] > quota else []
        if len(elected) == seats:
            return elected
        if len(elected) + len(piles.hopeful) <= seats:
            return elected + strongest(piles.hopeful)
        if surpluses:
            code = strongest(surpluses)[0]
            surpluses.remove(code)
            total, votes[code] = votes[code], quota
            piles.hand_on(code, total - quota, total)
        else:
            code = max(piles.hopeful, key=lambda code: (-votes[code], lot.index(code)))
            piles.hopeful.remove(code)
            piles.hand_on(code, 1, 1)


ELECTIONS = {"stv": single_transferable, "approval": most_approved}
