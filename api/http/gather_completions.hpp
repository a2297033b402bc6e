#pragma once

#include <functional>

namespace vitrine::http {

// Runs `work`, and hands over what it answers on this thread only when it is through, however it
// ends. A worker then wakes once for all of its answers, and not for the first of them. Worth it
// where one thread answers many requests in a row; within another gathering it is a plain call.
void gather_completions(const std::function<void()>& work);

}  // namespace vitrine::http
