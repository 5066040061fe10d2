#pragma once
// Work on many like things, shared among the machine's cores.

#include <cstddef>
#include <functional>

namespace kartei::ledger {

// Calls `work` for ranges [from, to) that together cover [0, count) once, each of `share` things or fewer; the calling
// thread works too, and nothing is started for a single range. Returns when all are done. What `work` throws first
// comes out here, and no further range is begun.
//
// `worker` is below `workers()` and never the same in two calls at a time: for what each thread keeps of its own.
using RangeWork = std::function<void(std::size_t from, std::size_t to, unsigned worker)>;
void inParallel(std::size_t count, std::size_t share, const RangeWork& work);

// The same in two steps: `prepare` for ranges on all cores, and `take` on the calling thread for one range after the
// other, in their order, each as soon as it is prepared and while later ones still are. What either throws first comes
// out here when nobody works any more; no range behind it is taken.
using OrderedWork = std::function<void(std::size_t from, std::size_t to)>;
void inOrder(std::size_t count, std::size_t share, const OrderedWork& prepare, const OrderedWork& take);

// How many threads work at most.
unsigned workers();

}  // namespace kartei::ledger
