#pragma once

#include <cstddef>

namespace vitrine::http {

// Raises this process's soft limit of descriptors to the hard one, and says how many connections
// may be open at most so that accept never fails for want of a descriptor: Pistache's accept thread
// would spin on that. At most `wanted`, at least 1.
std::size_t connections_within_descriptor_limit(std::size_t wanted);

}  // namespace vitrine::http
