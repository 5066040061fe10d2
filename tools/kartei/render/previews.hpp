#pragma once
// What a join or an undo would do, before anybody does it.

#include "tools/kartei/render/page.hpp"

namespace kartei::tools::render {

// `{"dryRun":true,"before":[file,file],"after":file}`: the two side by side with what becomes of them.
void joinPreview(View answer, Screen& screen);
// The preview of an undo: who comes out of it, which fact goes where, and who may have seen what was not theirs.
void undoPreview(View answer, Screen& screen);

}  // namespace kartei::tools::render
