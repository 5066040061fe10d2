#pragma once
// Answers as a ledger gives them (DESIGN §9), for what draws them.

namespace kartei::tools::samples {

inline constexpr const char* customerFile = R"({"customer":"comcash/4711","position":99,
 "records":[{"record":"comcash/4711","origin":"import","status":"active"},
            {"record":"terminbuch/r-209","origin":"onlineRegistration","status":"retired"}],
 "attributes":{"givenName":{"value":"Änna","record":"comcash/4711","position":3},
               "familyName":{"value":"Müster","record":"comcash/4711","position":3},
               "email":{"value":"anna@example.com","record":"terminbuch/r-209","position":17,
                        "others":[{"value":"a.muster@example.com","record":"comcash/4711","position":3}]},
               "tags":{"value":["regular","dogs"],"record":"comcash/4711","position":3},
               "custom":{"value":{"hair":"dry"},"record":"comcash/4711","position":3}},
 "notifications":{"sms":true,"email":false},
 "consents":[{"purpose":"reminders","channel":"sms","address":"+491711234567","state":"granted","record":"comcash/4711",
              "position":12,"time":"2026-03-14T09:30:00Z","expired":false}],
 "accounts":[{"source":"terminbuch","username":"anna","record":"terminbuch/r-209"}],
 "correspondence":[{"entry":"comcash/e1","title":"Letter","record":"comcash/4711","position":13}],
 "contracts":[{"contract":"comcash/c1","title":"Ten visits","status":"ended","record":"comcash/4711","position":14}],
 "joins":[{"position":42,"kind":"merge","from":"terminbuch/r-209","into":"comcash/4711","take":["email","postalCode"],"automatic":false,
           "actor":"petra","comment":"same person"}],
 "pendingChanges":[{"position":61,"record":"terminbuch/r-209","field":"phone","value":"030 123"},
                   {"position":62,"record":"terminbuch/r-209","field":"city","value":null}]})";

inline constexpr const char* history = R"({"customer":"comcash/4711","visits":[
 {"appointment":"terminbuch/b77","record":"terminbuch/r-209","startsAt":"2026-03-14T09:30:00Z","endsAt":"2026-03-14T10:30:00Z",
  "service":"Waschen, Schneiden, Föhnen","staff":"Jörg","bookedVia":"online","status":"checkedOut","receipt":"comcash/2026-1",
  "total":{"amount":4500,"currency":"EUR"},"position":20},
 {"receipt":"comcash/2026-2","record":"comcash/4711","status":"checkedOut","total":{"amount":1200,"currency":"JPY"},"position":21}]})";

inline constexpr const char* undoPreview = R"({"dryRun":true,
 "join":{"position":42,"kind":"merge","from":"terminbuch/r-209","into":"comcash/4711","take":["email"],"actor":"petra","comment":"same"},
 "files":{"before":{"customer":"comcash/4711","records":[{"record":"comcash/4711","status":"active"},{"record":"terminbuch/r-209","status":"retired"}],
                    "attributes":{"email":{"value":"anna@example.com"}}},
          "after":[{"customer":"comcash/4711","records":[{"record":"comcash/4711","status":"active"}],"attributes":{"email":{"value":"a.muster@example.com"}}},
                   {"customer":"terminbuch/r-209","records":[{"record":"terminbuch/r-209","status":"active"}],
                    "attributes":{"email":{"value":"anna@example.com"}},"accounts":[{"source":"terminbuch","username":"anna"}]}]},
 "facts":[{"position":50,"type":"visit.checkedOut","record":"comcash/4711","goesTo":"comcash/4711","why":"It was reported for this record.","assignable":true}],
 "dependents":[{"position":60,"kind":"link","a":"comcash/4711","b":"smile/9"}],
 "disclosures":{"messages":[{"position":51,"record":"terminbuch/r-209","channel":"email","purpose":"reminders"}],
                "exports":[{"position":52,"record":"comcash/4711"}],
                "accountViews":[{"account":"terminbuch/anna","seesVisitsOf":"comcash/4711"}]},
 "notices":[{"record":"terminbuch/r-209","text":"sees only the visits booked online"}]})";

}  // namespace kartei::tools::samples
