@0xd3b1f0a6c2e84b17;
# What the generator (generator/main.cpp) needs to know beyond Cap'n Proto's own types.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kartei::events::wire");

annotation eventType @0xc5c0a1be2dc4a001 (field) :Text;
# On a member of Body: the event's `type` on the wire, as DESIGN §6 lists it.

annotation is @0xc5c0a1be2dc4a002 (field) :Text;
# The strong C++ type of a Text, Int64 or UInt64 field: RecordName, ItemName, Time, Position, ...

annotation required @0xc5c0a1be2dc4a003 (field) :Void;
# The field must be there in JSON. Without it the C++ member is a std::optional (lists: may be empty).

annotation notBlank @0xc5c0a1be2dc4a008 (field) :Void;
# A Text that must say something where it is there: in JSON, one of white space alone is malformed.

annotation clear @0xc5c0a1be2dc4a004 (field) :Void;
# An id, a time, or a consent's purpose, channel and state: stays readable without the record's key (DESIGN §7).

annotation fiscal @0xc5c0a1be2dc4a005 (field) :Void;
# Receipt data that must be kept when the person is forgotten: sealed under the key of business and year (DESIGN §7).

annotation handwritten @0xc5c0a1be2dc4a006 (struct) :Void;
# The C++ type and its mapping stand in a header of its own, because its JSON is not one member a field.

annotation text @0xc5c0a1be2dc4a007 (enumerant) :Text;
# The enumerant's name in JSON where it is not its own.

annotation unsaid @0xc5c0a1be2dc4a009 (enumerant) :Void;
# Stands for a member that is absent: JSON has no word for it.
