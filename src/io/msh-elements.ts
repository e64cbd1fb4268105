/** What the reader needs to know of a Gmsh element type. */
export interface ElementShape {
  readonly name: string;
  readonly dimension: number;
  /** Nodes of the element in the file; the corners come first. */
  readonly numNodes: number;
  /** Corners of a triangle or a tetrahedron; 0 for every other shape. */
  readonly numCorners: number;
}

/** Element types of the .msh format that the reader meets most and the writer writes. */
export const elementTypes = { triangle: 2, tetrahedron: 4 } as const;

/** Nodes of the largest element. */
export const maxElementNodes = 1000;

/** Shape of a Gmsh element type; undefined for a type of unknown or variable length. */
export function getElementShape(type: number): ElementShape | undefined {
  return shapes.get(type);
}

/**
 * All element types of fixed length: name, dimension, corners, then type:nodes. Those with a single node for the whole
 * shape are listed for their length only, so they have no corners.
 * @see Gmsh reference manual, section 10.1, MSH file format, and the list of element types there
 */
const families: readonly (readonly [name: string, dimension: number, numCorners: number, types: string])[] = [
  ["point", 0, 0, "15:1"],
  ["line", 1, 0, "1:2 8:3 26:4 27:5 28:6 62:7 63:8 64:9 65:10 66:11 67:2 70:2 84:1"],
  [
    "triangle",
    2,
    3,
    "2:3 9:6 20:9 21:10 22:12 23:15 24:15 25:21 42:28 43:36 44:45 45:55 46:66 52:18 53:21 54:24",
  ],
  ["triangle", 2, 3, "55:27 56:30 68:3 138:4"],
  ["one-node triangle", 2, 0, "85:1"],
  ["quadrangle", 2, 0, "3:4 10:9 16:8 36:16 37:25 38:36 39:12 40:16 41:20 47:49 48:64 49:81 50:100 51:121"],
  ["quadrangle", 2, 0, "57:24 58:28 59:32 60:36 61:40 86:1"],
  ["tetrahedron", 3, 4, "4:4 11:10 29:20 30:35 31:56 32:22 33:28 71:84 72:120 73:165 74:220 75:286"],
  ["tetrahedron", 3, 4, "79:34 80:40 81:46 82:52 83:58 137:16 139:5"],
  ["one-node tetrahedron", 3, 0, "87:1"],
  ["hexahedron", 3, 0, "5:8 12:27 17:20 88:1 92:64 93:125 94:216 95:343 96:512 97:729 98:1000"],
  ["hexahedron", 3, 0, "99:32 100:44 101:56 102:68 103:80 104:92 105:104"],
  ["prism", 3, 0, "6:6 13:18 18:15 89:1 90:40 91:75 106:126 107:196 108:288 109:405 110:550"],
  ["prism", 3, 0, "111:24 112:33 113:42 114:51 115:60 116:69 117:78"],
  ["pyramid", 3, 0, "7:5 14:14 19:13 132:1 118:30 119:55 120:91 121:140 122:204 123:285 124:385"],
  ["pyramid", 3, 0, "125:21 126:29 127:37 128:45 129:53 130:61 131:69"],
  ["trihedron", 3, 0, "140:4"],
];

const shapes: ReadonlyMap<number, ElementShape> = new Map(
  families.flatMap(([name, dimension, numCorners, types]) =>
    types.split(" ").map((entry) => {
      const [type, numNodes] = entry.split(":").map(Number);
      return [type, { name, dimension, numNodes, numCorners }] as const;
    }),
  ),
);
