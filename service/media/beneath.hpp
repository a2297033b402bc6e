#pragma once

#include <string>

namespace vitrine::media {

// Opens a file for reading below the folder `root`, by a relative path without empty, `.` or `..`
// segments. Follows no symbolic link, in no segment, and never blocks (a FIFO opens at once; the
// caller looks at what it got). Gives a descriptor that the caller owns, or -1 with errno set.
int open_beneath(int root, const std::string& path);

// The same by walking one segment after the other, for kernels and sandboxes without openat2.
int open_beneath_by_segment(int root, const std::string& path);

}  // namespace vitrine::media
