"""The peers' reader alone:  read_mesh.py MESH.msh PHYSICAL_VOLUME REPEATS   prints the seconds of each repetition."""
import json
import sys
import time

from periodic_cell import read_phase

seconds = []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    coordinates, cells = read_phase(sys.argv[1], int(sys.argv[2]))
    seconds.append(time.perf_counter() - start)
    del coordinates, cells
print(json.dumps({"seconds": seconds}))
