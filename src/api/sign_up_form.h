// The form with which people take part, as the pages need it. Private to api.
#pragma once

#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/field_error.h"
#include "promotions/domain/locale.h"

namespace promotions {

// The name of a field that no person sees and no browser fills in. Whoever fills it is a robot.
inline constexpr char kTrapField[] = "second_remarks";

// Returns the member `form` of a page's context: the fields in their order, with the words of the
// reader's language. `typed` is the body of a sign-up that was refused: the form comes back with
// what was typed, and says what is wrong at each field and in a summary. Errors of what the form
// does not ask stand in the summary alone.
Json form_context(const Campaign& campaign, Locale locale, const Json& typed = Json::object(),
                  const FieldErrors& errors = {});

// Those of the errors whose field a person can mend in the form; none: it is of no use to show it.
bool is_in_form(const Campaign& campaign, const FieldErrors& errors);

}  // namespace promotions
