@0xa94d1c7be0f35e62;
# Every event of Kartei: the one description from which the C++ types, the stored bytes and the JSON on the
# wire come (see generator/main.cpp).
#
# Rules for changing this file: fields and union members are only ever added, with the next free number. An
# event that any released version wrote reads for ever.

using Cxx = import "/capnp/c++.capnp";
using Kartei = import "annotations.capnp";
$Cxx.namespace("kartei::events::wire");

# ---------------------------------------------------------------------------------------------------------
# The stored entry

struct Entry {
  # One entry of a business's log. An event's data stands in up to three parts, each a flat Body message of its own:
  # `clear` holds what stays readable, ids, times and references; `sealed` and `fiscal` the rest.

  recordedTime @0 :Int64;  # microseconds since 1970-01-01T00:00:00Z; never decreases along the log
  time @1 :Int64;          # when it happened, as the sender says; never later than recordedTime
  id @2 :Data;             # 16 bytes: HMAC of the sender's source and event id
  digest @3 :Data;         # 16 bytes: keyed digest of the content as it was sent
  source @4 :Text;         # the sender's source name
  subject @5 :Text;        # the record; empty where the event has none
  actor @6 :Text;
  role @7 :Role;
  cursor @8 :Text;         # the sender's own position upstream; empty where none was sent
  clear @9 :Data;          # says which type of event it is
  sealed @10 :Data;        # the part that tells of the person; empty where the event says nothing of that kind
  fiscal @11 :Data;        # the part under the key of business and year; empty where the type has none
  key @12 :Key;            # of `sealed`
  fiscalYear @13 :UInt16;  # whose key `fiscal` is under; 0: it is not sealed
  addressed @14 :Text;     # the record that the sender named, an erased one, where `subject` is its successor
  onBehalfOf @15 :Text;    # for whom the actor decided it; empty where nobody was named

  enum Key {
    # Under which key `sealed` is. Sealed, it is the Body message as sealing.hpp has it.
    none @0;               # it is not sealed
    business @1;           # the business's: for events without a record
    record @2;             # the subject's
    fact @3;               # one of its own: it may change owner, or has two
  }
}

struct Sent {
  # An event as its sender hands it over in binary, instead of as a CloudEvent in JSON: the members mean the same and
  # are held to the same rules (sent_binary.hpp).

  id @0 :Text;
  source @1 :Text;
  subject @2 :Text;                        # empty where the event has none
  time @3 :Int64 = -9223372036854775808;   # microseconds since 1970-01-01T00:00:00Z; the default: when it is recorded
  cursor @4 :Text;
  data @5 :Body;
}

enum Role {
  # Who recorded the event (DESIGN §9, roles of tokens).
  adapter @0;
  desk @1;
  admin @2;
  portal @3;
  ledger @4;  # a decision of the ledger itself, such as an automatic link
}

# ---------------------------------------------------------------------------------------------------------
# Data of the events, DESIGN §6

struct Body {
  union {
    sourceConnected @0 :SourceConnected $Kartei.eventType("source.connected");
    sourceDisconnected @1 :SourceDisconnected $Kartei.eventType("source.disconnected");
    sourceSettings @2 :SourceSettings $Kartei.eventType("source.settings");
    importStarted @3 :ImportStarted $Kartei.eventType("import.started");
    importCompleted @4 :ImportCompleted $Kartei.eventType("import.completed");
    recordImported @5 :RecordImported $Kartei.eventType("record.imported");
    recordRegistered @6 :RecordRegistered $Kartei.eventType("record.registered");
    recordEntered @7 :RecordEntered $Kartei.eventType("record.entered");
    recordEmailVerified @8 :RecordEmailVerified $Kartei.eventType("record.emailVerified");
    accountChanged @9 :AccountChanged $Kartei.eventType("account.changed");
    recordChanged @10 :RecordChanged $Kartei.eventType("record.changed");
    recordDeleted @11 :RecordDeleted $Kartei.eventType("record.deleted");
    consentStated @12 :ConsentStated $Kartei.eventType("consent.stated");
    notificationsSet @13 :NotificationsSet $Kartei.eventType("notifications.set");
    appointmentBooked @14 :AppointmentBooked $Kartei.eventType("appointment.booked");
    appointmentRescheduled @15 :AppointmentRescheduled $Kartei.eventType("appointment.rescheduled");
    appointmentCancelled @16 :AppointmentCancelled $Kartei.eventType("appointment.cancelled");
    appointmentMissed @17 :AppointmentMissed $Kartei.eventType("appointment.missed");
    appointmentMissedCleared @18 :AppointmentMissedCleared $Kartei.eventType("appointment.missedCleared");
    visitCheckedOut @19 :VisitCheckedOut $Kartei.eventType("visit.checkedOut");
    visitCheckoutReversed @20 :VisitCheckoutReversed $Kartei.eventType("visit.checkoutReversed");
    messageSent @21 :MessageSent $Kartei.eventType("message.sent");
    messageStatusChanged @22 :MessageStatusChanged $Kartei.eventType("message.statusChanged");
    noteFiled @23 :NoteFiled $Kartei.eventType("note.filed");
    correspondenceFiled @24 :CorrespondenceFiled $Kartei.eventType("correspondence.filed");
    contractSigned @25 :ContractSigned $Kartei.eventType("contract.signed");
    contractEnded @26 :ContractEnded $Kartei.eventType("contract.ended");
    # Made by decisions, never taken from an adapter:
    recordsLinked @27 :RecordsLinked $Kartei.eventType("records.linked");
    recordsMerged @28 :RecordsMerged $Kartei.eventType("records.merged");
    joinUndone @29 :JoinUndone $Kartei.eventType("join.undone");
    changesResolved @30 :ChangesResolved $Kartei.eventType("changes.resolved");
    recordsMarkedDistinct @31 :RecordsMarkedDistinct $Kartei.eventType("records.markedDistinct");
    recordsDistinctCleared @32 :RecordsDistinctCleared $Kartei.eventType("records.distinctCleared");
    recordErased @33 :RecordErased $Kartei.eventType("record.erased");
    dataExported @34 :DataExported $Kartei.eventType("data.exported");
    policySet @35 :PolicySet $Kartei.eventType("policy.set");
    receiptsErased @36 :ReceiptsErased $Kartei.eventType("receipts.erased");
  }
}

# Sources and imports

struct SourceConnected {
  name @0 :Text $Kartei.required;                    # what people call it: "Kasse am Empfang"
  declaration @1 :Declaration;                                     # stands for every import of the source
}
struct SourceDisconnected {
  name @0 :Text;
}
struct SourceSettings {
  settings @0 :TextMap $Kartei.required;
}
struct ImportStarted {
  run @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RunName");
  expected @1 :UInt64 $Kartei.clear;                               # lines; 0 where not known
  declaration @2 :Declaration;
}
struct ImportCompleted {
  run @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RunName");
  imported @1 :UInt64 $Kartei.clear;
  unchanged @2 :UInt64 $Kartei.clear;
  refused @3 :UInt64 $Kartei.clear;
}
struct Declaration {
  # Somebody's word that the person agreed to the transfer (DSGVO Art. 6, 7).
  declaredBy @0 :Text $Kartei.required;
  text @1 :Text $Kartei.required;
}

# Records

struct RecordImported {
  attributes @0 :Attributes;
  run @1 :Text $Kartei.clear $Kartei.is("RunName");
  declaration @2 :Declaration;
  notifications @3 :Notifications $Kartei.clear;
}
struct RecordRegistered {
  attributes @0 :Attributes;
  account @1 :Account;
  emailVerified @2 :Bool;
}
struct RecordEntered {
  attributes @0 :Attributes;
}
struct RecordEmailVerified {
  email @0 :Text $Kartei.required;
}
struct AccountChanged {
  username @0 :Text $Kartei.notBlank;
  passwordHash @1 :Text;
}
struct RecordChanged {
  attributes @0 :Attributes;
}
struct RecordDeleted {
  reason @0 :Text;
}
struct Account {
  username @0 :Text $Kartei.required $Kartei.notBlank;
  passwordHash @1 :Text;                                           # opaque, as the booking system gave it
}
struct Notifications {
  sms @0 :Switch;
  email @1 :Switch;
}

# Consents and messages

struct ConsentStated {
  purpose @0 :Purpose $Kartei.required $Kartei.clear;
  channel @1 :Channel $Kartei.required $Kartei.clear;
  address @2 :Text;
  state @3 :ConsentState $Kartei.required $Kartei.clear;
  wording @4 :Wording;
  method @5 :Text;                                                 # such as "paper", "onlineForm", "doubleOptIn"
  evidence @6 :Text;                                               # a reference: a scan, a mail, an IP log
  statedBy @7 :Text;
  validUntil @8 :Int64 = -9223372036854775808 $Kartei.is("Time") $Kartei.clear;
}
struct Wording {
  id @0 :Text $Kartei.required;
  version @1 :Text;
  language @2 :Text;
  sha256 @3 :Text;
}
struct NotificationsSet {
  sms @0 :Switch $Kartei.clear;
  email @1 :Switch $Kartei.clear;
}
struct MessageSent {
  message @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  channel @1 :Channel $Kartei.required;
  purpose @2 :Purpose $Kartei.required;
  template @3 :Text;
  address @4 :Text;
}
struct MessageStatusChanged {
  message @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  status @1 :MessageStatus $Kartei.required;
  reason @2 :Text;
}

# Visits

struct AppointmentBooked {
  appointment @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  startsAt @1 :Int64 $Kartei.required $Kartei.clear $Kartei.is("Time");
  endsAt @2 :Int64 = -9223372036854775808 $Kartei.clear $Kartei.is("Time");
  service @3 :Text;
  staff @4 :Text;
  bookedVia @5 :BookedVia;
  note @6 :Text;
}
struct AppointmentRescheduled {
  appointment @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  startsAt @1 :Int64 $Kartei.required $Kartei.clear $Kartei.is("Time");
  endsAt @2 :Int64 = -9223372036854775808 $Kartei.clear $Kartei.is("Time");
  reason @3 :Text;
}
struct AppointmentCancelled {
  appointment @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  reason @1 :Text;
}
struct AppointmentMissed {
  appointment @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  reason @1 :Text;
}
struct AppointmentMissedCleared {
  appointment @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  reason @1 :Text;
}
struct VisitCheckedOut {
  receipt @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  appointment @1 :Text $Kartei.clear $Kartei.is("ItemName");
  total @2 :Money $Kartei.required $Kartei.fiscal;
  items @3 :List(Item) $Kartei.fiscal;
}
struct VisitCheckoutReversed {
  receipt @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  reason @1 :Text;
}
struct Money {
  amount @0 :Int64 $Kartei.required;                               # minor units: cents
  currency @1 :Text $Kartei.required $Kartei.is("Currency");
}
struct Item {
  name @0 :Text $Kartei.required;
  quantity @1 :Text;                                               # a decimal as the till wrote it: "1", "0.5"
  amount @2 :Money;
}

# Papers

struct NoteFiled {
  entry @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  title @1 :Text;
  text @2 :Text;
}
struct CorrespondenceFiled {
  entry @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  title @1 :Text;
  text @2 :Text;
}
struct ContractSigned {
  contract @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  title @1 :Text;
}
struct ContractEnded {
  contract @0 :Text $Kartei.required $Kartei.clear $Kartei.is("ItemName");
  title @1 :Text;
}

# Decisions. They hold references only: names of records, positions, names of fields (DESIGN §3).

struct RecordsLinked {
  a @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  b @1 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  automatic @2 :Bool $Kartei.clear;
  reason @3 :Text $Kartei.clear;                                   # of an automatic link: "verifiedEmail"
  comment @4 :Text;
}
struct RecordsMerged {
  from @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  into @1 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  take @2 :List(Field) $Kartei.clear;
  mailCredentials @3 :Bool;
  comment @4 :Text;
}
struct JoinUndone {
  join @0 :UInt64 $Kartei.required $Kartei.clear $Kartei.is("Position");
  a @1 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");  # the join's two records
  b @2 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  rejoinable @3 :Bool $Kartei.clear;                               # the pair is not marked distinct
  withDependents @4 :Bool $Kartei.clear;
  dependentOf @5 :UInt64 $Kartei.clear $Kartei.is("Position");     # the join whose undo took this one with it
  assign @6 :List(Assignment) $Kartei.clear;
  reason @7 :Text;
}
struct Assignment {
  position @0 :UInt64 $Kartei.required $Kartei.is("Position");      # a fact; all about the same thing goes with it
  reportedFor @1 :Text $Kartei.required $Kartei.is("RecordName");   # whose it would be if nobody had assigned it
  holder @2 :Text $Kartei.required $Kartei.is("RecordName");        # whose it was until now
  record @3 :Text $Kartei.required $Kartei.is("RecordName");        # whose it is from now on
  appointment @4 :Text $Kartei.is("ItemName");                      # set: the thing is that appointment
}
struct ChangesResolved {
  take @0 :List(UInt64) $Kartei.clear $Kartei.is("Position");
  dismiss @1 :List(UInt64) $Kartei.clear $Kartei.is("Position");
}
struct RecordsMarkedDistinct {
  a @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  b @1 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
}
struct RecordsDistinctCleared {
  a @0 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
  b @1 :Text $Kartei.required $Kartei.clear $Kartei.is("RecordName");
}
struct RecordErased {
  reason @0 :Text;
}
struct ReceiptsErased {
  year @0 :UInt64 $Kartei.required $Kartei.clear;                  # fiscal_years.hpp says which receipts are its
  reason @1 :Text;
}
struct DataExported {
  what @0 :Text;
}
struct PolicySet {
  rule @0 :Rule $Kartei.required;
  enabled @1 :Bool;
}

# ---------------------------------------------------------------------------------------------------------
# Values

struct Attributes $Kartei.handwritten {
  changes @0 :List(Change);
  struct Change {
    field @0 :Field;
    union {
      cleared @1 :Void;
      text @2 :Text;
      list @3 :List(Text);
      map @4 :TextMap;
    }
  }
}
struct TextMap $Kartei.handwritten {
  entries @0 :List(Pair);
  struct Pair {
    key @0 :Text;
    value @1 :Text;
  }
}
enum Field {
  salutation @0;
  givenName @1;
  familyName @2;
  company @3;
  email @4;
  phone @5;
  mobile @6;
  street @7;
  postalCode @8;
  city @9;
  country @10;
  birthDate @11;
  language @12;
  notes @13;
  tags @14;
  custom @15;
  username @16;  # only in a merge's `take`
  password @17;  # only in a merge's `take`
}
enum Switch {
  # A yes or no that may also be unsaid. JSON: true, false, or absent.
  unset @0;
  on @1;
  off @2;
}
enum Purpose {
  reminders @0;
  marketing @1;
  reviews @2;
  dataTransfer @3;
}
enum Channel {
  sms @0;
  email @1;
  phone @2;
  post @3;
  none @4;
}
enum ConsentState {
  unknown @0;
  importedUnproven @1;
  requested @2;
  granted @3;
  confirmed @4;
  refused @5;
  withdrawn @6;
}
enum MessageStatus {
  delivered @0;
  bounced @1;
  failed @2;
  read @3;
}
enum BookedVia {
  unknown @0 $Kartei.unsaid;
  online @1;
  staff @2;
}
enum Rule {
  # The switches of a business (DESIGN §4, the rules marked *).
  intoOnlineRecord @0 $Kartei.text("into_online_record");
  sourceHasCorrespondence @1 $Kartei.text("source_has_correspondence");
  sourceHasContracts @2 $Kartei.text("source_has_contracts");
  automaticLink @3 $Kartei.text("automatic_link");
}
