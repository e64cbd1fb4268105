"""What the peer programs share: one phase of a Gmsh mesh, its periodic classes, the P1 cell problem; numpy and scipy.

Unit cell [0,1]^3, diffusion 1. All arrays are vectorised and as small as they can be: the peers must be fast.
"""
import os
import resource
import time

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

FACE_TOLERANCE = 1e-6
TETRAHEDRON = 4
# Nodes of an element by its Gmsh type.
NODES_OF_TYPE = {1: 2, 2: 3, 3: 4, TETRAHEDRON: 4, 5: 8, 15: 1}
CELLS_PER_BATCH = 1 << 16


class Stopwatch:
    """Wall seconds by step."""

    def __init__(self):
        self.seconds = {"start": seconds_since_start()}
        self.last = time.perf_counter()

    def lap(self, step):
        now = time.perf_counter()
        self.seconds[step] = now - self.last
        self.last = now


def seconds_since_start():
    """Wall seconds since the process was started: interpreter and imports."""
    with open("/proc/self/stat", encoding="ascii") as file:
        ticks = int(file.read().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def peak_megabytes():
    """Largest resident size of this process, MB of 10^6 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


class ByteReader:
    """A position in a file's bytes; arrays are views of them."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.content = file.read()
        self.position = 0

    def seek_section(self, name):
        start = self.content.find(b"$" + name + b"\n", self.position)
        if start < 0:
            raise SystemExit(f"the mesh has no section ${name.decode()}")
        self.position = start + len(name) + 2

    def take(self, kind, count):
        array = np.frombuffer(self.content, kind, count, self.position)
        self.position += array.nbytes
        return array


def read_phase(path, physical):
    """Coordinates (n, 3) and cells (m, 4, int32) of one physical volume of a binary MSH 4.1 file, nodes renumbered."""
    reader = ByteReader(path)
    if not reader.content.startswith(b"$MeshFormat\n4.1 1 8\n"):
        raise SystemExit(f"{path} is no binary MSH 4.1 file")

    reader.seek_section(b"Entities")
    volumes = set()
    for dimension, count in enumerate(reader.take("<u8", 4).tolist()):
        for _ in range(count):
            tag = int(reader.take("<i4", 1)[0])
            reader.take("<f8", 3 if dimension == 0 else 6)
            groups = reader.take("<i4", int(reader.take("<u8", 1)[0]))
            if dimension > 0:
                reader.take("<i4", int(reader.take("<u8", 1)[0]))
            if dimension == 3 and physical in groups:
                volumes.add(tag)

    reader.seek_section(b"Nodes")
    blocks, _, _, largest = reader.take("<u8", 4).tolist()
    coordinates = np.empty((largest + 1, 3))
    for _ in range(blocks):
        dimension, _, parametric = reader.take("<i4", 3).tolist()
        count = int(reader.take("<u8", 1)[0])
        width = 3 + (dimension if parametric else 0)
        tags = reader.take("<i8", count)
        coordinates[tags] = reader.take("<f8", width * count).reshape(count, width)[:, :3]

    reader.seek_section(b"Elements")
    parts = []
    for _ in range(int(reader.take("<u8", 4)[0])):
        _, entity, kind = reader.take("<i4", 3).tolist()
        count = int(reader.take("<u8", 1)[0])
        width = 1 + NODES_OF_TYPE[kind]
        block = reader.take("<u8", width * count).reshape(count, width)
        if kind == TETRAHEDRON and entity in volumes:
            parts.append(block[:, 1:].astype(np.int32))
    cells = np.concatenate(parts)
    used = np.zeros(len(coordinates), bool)
    used[cells.ravel()] = True
    number = np.cumsum(used, dtype=np.int32) - np.int32(1)
    return coordinates[used], number[cells]


def sort_along_curve(coordinates, cells, bits=10):
    """Nodes along a Morton curve, cells by their first node: near in space becomes near in memory."""
    boxes = np.clip(coordinates * (1 << bits), 0, (1 << bits) - 1).astype(np.int32)
    spread = sum((np.arange(1 << bits, dtype=np.int32) >> b & 1) << 3 * b for b in range(bits)).astype(np.int32)
    key = spread[boxes[:, 0]] | spread[boxes[:, 1]] << 1 | spread[boxes[:, 2]] << 2
    order = np.argsort(key, kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    cells = number[cells]
    return coordinates[order], cells[np.argsort(cells[:, 0], kind="stable")]


def periodic_dofs(coordinates):
    """Dof of each node, nodes a lattice vector apart sharing one, and the number of dofs."""
    high = coordinates > 1 - FACE_TOLERANCE
    image = np.flatnonzero(high.any(axis=1))
    own = np.ones(len(coordinates), bool)
    own[image] = False
    dof = np.cumsum(own, dtype=np.int32) - np.int32(1)
    source = np.flatnonzero(own & (coordinates < FACE_TOLERANCE).any(axis=1))
    distance, nearest = cKDTree(coordinates[source]).query(coordinates[image] - high[image])
    if distance.max(initial=0) > FACE_TOLERANCE:
        raise SystemExit(f"opposite faces do not match: a node has its nearest partner at distance {distance.max():g}")
    dof[image] = dof[source[nearest]]
    return dof, int(own.sum())


def assemble(coordinates, cells, dof, num_dofs):
    """K_ij = int grad phi_i . grad phi_j (CSR, singular), B_ik = -int d phi_i / d y_k (num_dofs, 3), and the volume.

    Entries above the diagonal are summed once; the lower half is their transpose, the diagonal minus the row sums.
    """
    num_cells = len(cells)
    edges = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    values = np.empty((6, num_cells))
    rows = np.empty((6, num_cells), np.int32)
    columns = np.empty((6, num_cells), np.int32)
    load = np.zeros((3, num_dofs))
    volume = 0.0
    axes = [np.ascontiguousarray(coordinates[:, k]) for k in range(3)]
    for start in range(0, num_cells, CELLS_PER_BATCH):
        batch = slice(start, min(start + CELLS_PER_BATCH, num_cells))
        corners = np.ascontiguousarray(cells[batch].T)
        x, y, z = ([axis[corner] for corner in corners] for axis in axes)
        u, v, w = ((x[i] - x[0], y[i] - y[0], z[i] - z[0]) for i in (1, 2, 3))
        # 6 |T| grad phi_i, up to the sign of the determinant.
        g1, g2, g3 = cross(v, w), cross(w, u), cross(u, v)
        g0 = [-(a + b + c) for a, b, c in zip(g1, g2, g3)]
        gradients = (g0, g1, g2, g3)
        determinant = u[0] * g1[0] + u[1] * g1[1] + u[2] * g1[2]
        size = np.abs(determinant)
        scale = 1 / (6 * size)
        dofs = dof[corners]
        for e, (i, j) in enumerate(edges):
            a, b = gradients[i], gradients[j]
            np.multiply(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], scale, out=values[e, batch])
            np.minimum(dofs[i], dofs[j], out=rows[e, batch])
            np.maximum(dofs[i], dofs[j], out=columns[e, batch])
        sign = np.sign(determinant) / -6
        for k in range(3):
            weights = np.concatenate([g[k] * sign for g in gradients])
            load[k] += np.bincount(dofs.ravel(), weights, num_dofs)
        volume += size.sum() / 6
    values, rows, columns = values.ravel(), rows.ravel(), columns.ravel()
    self_edges = rows == columns
    if self_edges.any():
        values, rows, columns = values[~self_edges], rows[~self_edges], columns[~self_edges]
    upper = sparse.csr_matrix((values, (rows, columns)), shape=(num_dofs, num_dofs))
    del values, rows, columns
    both = upper + upper.T
    del upper
    stiffness = (both - sparse.diags(np.asarray(both.sum(axis=1)).ravel())).tocsr()
    stiffness.sort_indices()
    return stiffness, np.ascontiguousarray(load.T), volume


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def cube_faces(coordinates, cells):
    """Triangles of the cells on the faces of the cube (n, 3), and 1..6 for x=0, x=1, y=0, y=1, z=0, z=1."""
    triangles, labels = [], []
    for axis in range(3):
        for side in (0, 1):
            on_face = np.abs(coordinates[:, axis] - side) < FACE_TOLERANCE
            corners = on_face[cells]
            touching = corners.sum(axis=1) == 3
            found = cells[touching][corners[touching]].reshape(-1, 3)
            triangles.append(found)
            labels.append(np.full(len(found), 2 * axis + side + 1, np.int32))
    return np.concatenate(triangles), np.concatenate(labels)
