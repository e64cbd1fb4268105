#include "reverse-cuthill-mckee.h"

#include <algorithm>

#include "matrix.h"
#include "memory.h"
#include "minimum-size.h"

namespace erfem {

namespace {

// Mark of a node that has its place; other marks are the stamp of the search that saw the node last.
constexpr int32_t kPlaced = -1;

struct Graph {
  const int32_t* rowStart;
  const int32_t* columns;

  int32_t degree(int32_t node) const { return rowStart[node + 1] - rowStart[node]; }
};

struct LevelStructure {
  int32_t numNodes;
  int32_t numLevels;
  int32_t lastLevelBegin;
};

// Breadth-first levels from `root`; `queue` receives the nodes level by level. Nodes are visited where mark == stamp.
LevelStructure buildLevels(const Graph& graph, int32_t root, int32_t stamp, int32_t* mark, int32_t* queue) {
  LevelStructure levels{1, 0, 0};
  queue[0] = root;
  mark[root] = stamp;
  int32_t begin = 0;
  while (begin < levels.numNodes) {
    const int32_t end = levels.numNodes;
    levels.lastLevelBegin = begin;
    ++levels.numLevels;
    for (int32_t at = begin; at < end; ++at) {
      const int32_t node = queue[at];
      for (int32_t k = graph.rowStart[node]; k < graph.rowStart[node + 1]; ++k) {
        const int32_t neighbour = graph.columns[k];
        if (mark[neighbour] == stamp || mark[neighbour] == kPlaced) continue;
        mark[neighbour] = stamp;
        queue[levels.numNodes++] = neighbour;
      }
    }
    begin = end;
  }
  return levels;
}

// A node far from everything: step to a node of least degree in the last level while that adds levels.
int32_t findPeripheralNode(const Graph& graph, int32_t node, int32_t* mark, int32_t& stamp, int32_t* queue) {
  constexpr int kMostSteps = 6;
  LevelStructure levels = buildLevels(graph, node, ++stamp, mark, queue);
  for (int step = 0; step < kMostSteps; ++step) {
    int32_t candidate = queue[levels.lastLevelBegin];
    for (int32_t at = levels.lastLevelBegin; at < levels.numNodes; ++at) {
      if (graph.degree(queue[at]) < graph.degree(candidate)) candidate = queue[at];
    }
    const LevelStructure further = buildLevels(graph, candidate, ++stamp, mark, queue);
    if (further.numLevels <= levels.numLevels) return node;
    node = candidate;
    levels = further;
  }
  return node;
}

}  // namespace

Status orderReverseCuthillMcKee(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t* permutation) {
  Buffer<int32_t> mark;
  if (!mark.allocateZero(n)) return kOutOfMemory;
  const Graph graph{rowStart, columns};
  int32_t stamp = 0;
  int32_t numPlaced = 0;

  for (int32_t seed = 0; seed < n; ++seed) {
    if (mark[seed] == kPlaced) continue;
    // The free tail of the permutation serves as the queue of the searches.
    int32_t* const queue = permutation + numPlaced;
    if (stamp > INT32_MAX - 16) {
      stamp = 0;
      for (int32_t node = 0; node < n; ++node) mark[node] = std::min<int32_t>(mark[node], 0);
    }
    const int32_t start = findPeripheralNode(graph, seed, mark.data(), stamp, queue);

    int32_t at = numPlaced;
    permutation[numPlaced++] = start;
    mark[start] = kPlaced;
    for (; at < numPlaced; ++at) {
      const int32_t node = permutation[at];
      const int32_t firstNew = numPlaced;
      for (int32_t k = rowStart[node]; k < rowStart[node + 1]; ++k) {
        const int32_t neighbour = columns[k];
        if (mark[neighbour] == kPlaced) continue;
        mark[neighbour] = kPlaced;
        permutation[numPlaced++] = neighbour;
      }
      std::sort(permutation + firstNew, permutation + numPlaced, [&graph](int32_t left, int32_t right) {
        const int32_t difference = graph.degree(left) - graph.degree(right);
        return difference != 0 ? difference < 0 : left < right;
      });
    }
  }
  std::reverse(permutation, permutation + n);
  return kOk;
}

}  // namespace erfem

int32_t erfem_rcm(int32_t n, const int32_t* rowStart, const int32_t* columns, int32_t* permutation) {
  int32_t badRow;
  const erfem::Status status = erfem::checkPattern(n, rowStart, columns, badRow);
  if (status != erfem::kOk) return status;
  return erfem::orderReverseCuthillMcKee(n, rowStart, columns, permutation);
}

ERFEM_END_OF_MINIMUM_SIZE
