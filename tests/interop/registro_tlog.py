"""Reads a published log with other people's code: registro_tlog.py URL VKEY OLD_SIZE OLD_ROOT INDEX PROOF

Verifies the checkpoint's signature, makes its root of the tiles, that every entry is the one of its hash, that the tree begins
with the older one, and writes the proof of one leaf.
"""

import sys

from tlog_scales import tiles
from tlog_scales.backend import make_backend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.utils import b64dec, b64enc

url, vkey, old_size, old_root, index, file = sys.argv[1:]
old_size, index = int(old_size), int(index)

reader = TilesReader(make_backend(url))
checkpoint = reader.get_checkpoint()
checkpoint.verify(Vkey.from_string(vkey))
if reader.calculate_root_hash() != checkpoint.root_hash:
    sys.exit("the tiles make another root than the one that is signed")
for at in range(checkpoint.size):
    entry = reader.get_entry(at)
    if tiles.leaf_hash(entry) != reader.mth(at, at + 1):
        sys.exit(f"entry {at} is not that of its hash")
reader.get_consistency_proof(old_size, checkpoint.size).check(b64dec(old_root), checkpoint.root_hash)
proof = reader.get_inclusion_proof(index, checkpoint.size)
proof.check(tiles.leaf_hash(reader.get_entry(index)), checkpoint.root_hash)
lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(b64enc(hash) for hash in proof.node_hashes), "", checkpoint.serialize()]
with open(file, "w", encoding="utf-8") as written:
    written.write("\n".join(lines))
print(f"{checkpoint.size} leaves verified")
