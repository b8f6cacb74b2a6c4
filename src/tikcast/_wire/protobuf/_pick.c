/* Reads chosen fields of protobuf bytes in one pass, without objects for the other fields.

   A Plan knows every field of a message and of the messages inside it. `read` returns the chosen values as a tuple,
   or None when anything about the bytes is irregular: a known field with another wire type, text that is not UTF-8,
   a group, a length past the end, a tag with superfluous bytes. The caller then reads the same bytes with the full
   parser. Nothing is repaired here, and no byte is read before it is checked that it exists. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* `picking.py` has the same number. With another number, its plans have another form, or need other functions. */
enum { LAYOUT = 2 };

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

/* What to do with a field; `picking.py` has the same list. PASS is for known fields that are not chosen: they are
   only checked. ADD collects repeated values. SEE only says that a field is there. */
enum action {
    PASS_VARINT, PASS_FIXED32, PASS_FIXED64, PASS_BYTES, PASS_TEXT, PASS_PACKED, ENTER,
    TAKE_INT64, TAKE_UINT64, TAKE_INT32, TAKE_UINT32, TAKE_BOOL, TAKE_TEXT, TAKE_BYTES, ADD_TEXT, ADD_BYTES,
    SEE_VARINT, SEE_TEXT, SEE_BYTES, ACTIONS
};

enum { DEEPEST = 32, MOST_SLOTS = 64, DIRECT = 128 };

typedef struct {
    uint32_t number;
    uint8_t action;
    uint8_t slot;  /* of the value that is taken */
    uint16_t node; /* of the message that is entered */
} Field;

typedef struct {
    Field *fields;      /* in the order of their numbers */
    int count;
    uint8_t direct[DIRECT]; /* number -> 1 + place in `fields`, for the small numbers that most fields have */
    uint64_t given;     /* slots that are empty instead of absent when this message is there */
    int closed;         /* an unknown field is irregular: the runtime does not accept a map entry that has one */
} Node;

typedef struct {
    PyObject_HEAD
    Node *nodes;
    int node_count;
    int slots;
    PyObject *absent;   /* tuple: the value of each slot if its message is missing */
    PyObject *empty;    /* tuple: its value if its message is there without it */
} Plan;

typedef struct {
    const Plan *plan;
    PyObject *values[MOST_SLOTS];
    int failed; /* a Python error is set */
} Reading;

static int read_varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    const uint8_t *p = *at;
    if (p < end && *p < 0x80) {
        *value = *p;
        *at = p + 1;
        return 1;
    }
    uint64_t result = 0;
    for (int shift = 0; shift < 64 && p < end; shift += 7) {
        uint8_t byte = *p++;
        if (shift == 63 && byte > 1)
            return 0;
        result |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value = result;
            *at = p;
            return 1;
        }
    }
    return 0;
}

/* A tag or a length. Runtimes differ in how many superfluous bytes they accept in one. */
static int read_shortest(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    const uint8_t *start = *at;
    return read_varint(at, end, value) && ((*at)[-1] != 0 || *at - start == 1);
}

static int is_ascii(const uint8_t *p, size_t size)
{
    uint64_t word;
    while (size >= sizeof word) {
        memcpy(&word, p, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            return 0;
        p += sizeof word;
        size -= sizeof word;
    }
    while (size--)
        if (*p++ & 0x80)
            return 0;
    return 1;
}

static const Field *find(const Node *node, uint32_t number)
{
    if (number < DIRECT)
        return node->direct[number] ? &node->fields[node->direct[number] - 1] : NULL;
    int low = 0, high = node->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (node->fields[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < node->count && node->fields[low].number == number ? &node->fields[low] : NULL;
}

/* Puts a new reference into a slot. NULL means that a Python error is set; this is kept in `failed`. */
static int put(Reading *reading, int slot, PyObject *value)
{
    if (value == NULL) {
        reading->failed = 1;
        return 0;
    }
    PyObject *old = reading->values[slot];
    reading->values[slot] = value;
    Py_DECREF(old);
    return 1;
}

static int add(Reading *reading, int slot, PyObject *value)
{
    if (value == NULL) {
        reading->failed = 1;
        return 0;
    }
    PyObject *list = reading->values[slot];
    if (!PyList_Check(list)) {
        list = PyList_New(0);
        if (list == NULL || !put(reading, slot, list)) {
            reading->failed = 1;
            Py_DECREF(value);
            return 0;
        }
    }
    int wrong = PyList_Append(list, value);
    Py_DECREF(value);
    if (wrong)
        reading->failed = 1;
    return !wrong;
}

/* Text that cannot be decoded is not an error: it only makes the bytes irregular. */
static PyObject *text_or_unusual(Reading *reading, const uint8_t *p, size_t size)
{
    PyObject *value = PyUnicode_DecodeUTF8((const char *)p, (Py_ssize_t)size, NULL);
    if (value == NULL) {
        if (PyErr_ExceptionMatches(PyExc_UnicodeDecodeError))
            PyErr_Clear();
        else
            reading->failed = 1;
    }
    return value;
}

static int is_text(Reading *reading, const uint8_t *p, size_t size)
{
    if (is_ascii(p, size))
        return 1;
    PyObject *value = text_or_unusual(reading, p, size);
    Py_XDECREF(value);
    return value != NULL;
}

static int take_varint(Reading *reading, const Field *field, uint64_t number)
{
    switch (field->action) {
    case PASS_VARINT:
    case PASS_PACKED:
        return 1;
    case TAKE_INT64:
        return put(reading, field->slot, PyLong_FromLongLong((int64_t)number));
    case TAKE_UINT64:
        return put(reading, field->slot, PyLong_FromUnsignedLongLong(number));
    case TAKE_INT32:
        return put(reading, field->slot, PyLong_FromLong((int32_t)(uint32_t)number));
    case TAKE_UINT32:
        return put(reading, field->slot, PyLong_FromUnsignedLong((uint32_t)number));
    case TAKE_BOOL:
        return put(reading, field->slot, PyBool_FromLong(number != 0));
    case SEE_VARINT:
        return put(reading, field->slot, PyBool_FromLong(1));
    default:
        return 0;
    }
}

static int read_message(Reading *reading, int node, const uint8_t *at, const uint8_t *end, int depth);

static int take_bytes(Reading *reading, const Field *field, const uint8_t *p, size_t size, int depth)
{
    PyObject *value;
    uint64_t number;
    switch (field->action) {
    case PASS_BYTES:
        return 1;
    case PASS_TEXT:
        return is_text(reading, p, size);
    case SEE_TEXT:
        return is_text(reading, p, size) && put(reading, field->slot, PyBool_FromLong(1));
    case SEE_BYTES:
        return put(reading, field->slot, PyBool_FromLong(1));
    case PASS_PACKED:
        for (const uint8_t *end = p + size; p < end;)
            if (!read_varint(&p, end, &number))
                return 0;
        return 1;
    case ENTER:
        return depth < DEEPEST && read_message(reading, field->node, p, p + size, depth + 1);
    case TAKE_TEXT:
        value = text_or_unusual(reading, p, size);
        return value != NULL && put(reading, field->slot, value);
    case ADD_TEXT:
        value = text_or_unusual(reading, p, size);
        return value != NULL && add(reading, field->slot, value);
    case TAKE_BYTES:
        return put(reading, field->slot, PyBytes_FromStringAndSize((const char *)p, (Py_ssize_t)size));
    case ADD_BYTES:
        return add(reading, field->slot, PyBytes_FromStringAndSize((const char *)p, (Py_ssize_t)size));
    default:
        return 0;
    }
}

/* The message is there: the slots inside it change from absent to empty. */
static int give(Reading *reading, const Node *node)
{
    uint64_t given = node->given;
    for (int slot = 0; given; slot++, given >>= 1) {
        if (!(given & 1))
            continue;
        PyObject *absent = PyTuple_GetItem(reading->plan->absent, slot);
        if (reading->values[slot] != absent)
            continue;
        PyObject *empty = PyTuple_GetItem(reading->plan->empty, slot);
        Py_INCREF(empty);
        if (!put(reading, slot, empty))
            return 0;
    }
    return 1;
}

static int read_message(Reading *reading, int node_number, const uint8_t *at, const uint8_t *end, int depth)
{
    const Node *node = &reading->plan->nodes[node_number];
    if (node->given && !give(reading, node))
        return 0;
    while (at < end) {
        uint64_t tag, number;
        if (!read_shortest(&at, end, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
            return 0;
        const Field *field = find(node, (uint32_t)(tag >> 3));
        if (field == NULL && node->closed)
            return 0;
        switch (tag & 7) {
        case VARINT:
            if (!read_varint(&at, end, &number) || (field != NULL && !take_varint(reading, field, number)))
                return 0;
            break;
        case BYTES:
            if (!read_shortest(&at, end, &number) || number > (uint64_t)(end - at))
                return 0;
            if (field != NULL && !take_bytes(reading, field, at, (size_t)number, depth))
                return 0;
            at += number;
            break;
        case FIXED32:
        case FIXED64: {
            int size = (tag & 7) == FIXED32 ? 4 : 8;
            if (end - at < size || (field != NULL && field->action != (size == 4 ? PASS_FIXED32 : PASS_FIXED64)))
                return 0;
            at += size;
            break;
        }
        default:
            return 0;
        }
    }
    return 1;
}

static PyObject *finish(Reading *reading, int whole)
{
    int slots = reading->plan->slots;
    PyObject *result = whole ? PyTuple_New(slots) : NULL;
    for (int slot = 0; slot < slots; slot++) {
        PyObject *value = reading->values[slot];
        if (result == NULL) {
            Py_DECREF(value);
            continue;
        }
        if (PyList_Check(value)) {
            PyObject *tuple = PyList_AsTuple(value);
            Py_DECREF(value);
            value = tuple;
            if (value == NULL) {
                Py_CLEAR(result);
                reading->failed = 1;
                continue;
            }
        }
        PyTuple_SetItem(result, slot, value);
    }
    if (result != NULL || reading->failed || PyErr_Occurred())
        return result;
    Py_RETURN_NONE;
}

PyDoc_STRVAR(read_doc, "read(data, /)\n--\n\nThe chosen values of a message's bytes, or None when they are unusual.");

static PyObject *plan_read(PyObject *self, PyObject *data)
{
    Plan *plan = (Plan *)self;
    Reading reading = {.plan = plan};
    Py_buffer view;
    if (!PyBytes_Check(data) && !PyByteArray_Check(data)) {
        PyErr_SetString(PyExc_TypeError, "a message is read from bytes or a bytearray");
        return NULL;
    }
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE))
        return NULL;
    for (int slot = 0; slot < plan->slots; slot++) {
        reading.values[slot] = PyTuple_GetItem(plan->absent, slot);
        Py_INCREF(reading.values[slot]);
    }
    const uint8_t *start = view.buf;
    int whole = read_message(&reading, 0, start, start + view.len, 0);
    PyBuffer_Release(&view);
    return finish(&reading, whole);
}

PyDoc_STRVAR(pick_doc, "pick(data, /)\n--\n\nThe chosen values of a message's bytes, by another reader when they are unusual.");

static PyObject *pick(PyObject *plan_and_other, PyObject *data)
{
    PyObject *values = plan_read(PyTuple_GetItem(plan_and_other, 0), data);
    if (values != Py_None)
        return values;
    Py_DECREF(values);
    return PyObject_CallFunctionObjArgs(PyTuple_GetItem(plan_and_other, 1), data, NULL);
}

static PyMethodDef pick_method = {"pick", pick, METH_O, pick_doc};

PyDoc_STRVAR(or_else_doc, "or_else(other, /)\n--\n\nA function that reads as this plan does, and calls `other` with unusual bytes.");

static PyObject *plan_or_else(PyObject *self, PyObject *other)
{
    PyObject *both = PyTuple_Pack(2, self, other);
    if (both == NULL)
        return NULL;
    PyObject *function = PyCFunction_New(&pick_method, both);
    Py_DECREF(both);
    return function;
}

static int add_field(Plan *plan, Node *node, int place, PyObject *item)
{
    int number, action, slot, child;
    if (!PyTuple_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "a field of a plan is a tuple of four numbers");
        return 0;
    }
    if (!PyArg_ParseTuple(item, "iiii", &number, &action, &slot, &child))
        return 0;
    int taken = action >= TAKE_INT64;
    if (number < 1 || action < 0 || action >= ACTIONS || (taken && (slot < 0 || slot >= plan->slots))
        || (action == ENTER && (child < 0 || child >= plan->node_count))
        || (place && (uint32_t)number <= node->fields[place - 1].number)) {
        PyErr_Format(PyExc_ValueError, "field %d does not fit into the plan", number);
        return 0;
    }
    node->fields[place] = (Field){(uint32_t)number, (uint8_t)action, (uint8_t)slot, (uint16_t)child};
    if (number < DIRECT && place < UINT8_MAX)
        node->direct[number] = (uint8_t)(place + 1);
    return 1;
}

static int add_node(Plan *plan, int number, PyObject *item)
{
    PyObject *fields;
    unsigned long long given;
    Node *node = &plan->nodes[number];
    if (!PyTuple_Check(item)) {
        PyErr_SetString(PyExc_TypeError, "a node of a plan is a tuple of its fields, a number and a bool");
        return 0;
    }
    if (!PyArg_ParseTuple(item, "O!Kp", &PyTuple_Type, &fields, &given, &node->closed))
        return 0;
    node->given = given & (plan->slots == 64 ? UINT64_MAX : (UINT64_C(1) << plan->slots) - 1);
    Py_ssize_t count = PyTuple_Size(fields);
    if (count > UINT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "a node of a plan has at most 65535 fields");
        return 0;
    }
    node->fields = PyMem_Calloc((size_t)count + 1, sizeof *node->fields);
    if (node->fields == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    for (; node->count < count; node->count++)
        if (!add_field(plan, node, node->count, PyTuple_GetItem(fields, node->count)))
            return 0;
    return 1;
}

/* Whether all values are immutable and contain no other objects. A list would keep values of one message for the
   next, and a Plan could be part of a reference cycle. */
static int are_constants(PyObject *values)
{
    for (Py_ssize_t slot = 0; slot < PyTuple_Size(values); slot++) {
        PyObject *value = PyTuple_GetItem(values, slot);
        if (value != Py_None && !PyBool_Check(value) && !PyLong_CheckExact(value) && !PyUnicode_CheckExact(value)
            && !PyBytes_CheckExact(value) && !(PyTuple_CheckExact(value) && PyTuple_Size(value) == 0))
            return 0;
    }
    return PyTuple_CheckExact(values);
}

static void plan_dealloc(PyObject *self)
{
    Plan *plan = (Plan *)self;
    PyTypeObject *type = Py_TYPE(self);
    for (int number = 0; number < plan->node_count; number++)
        PyMem_Free(plan->nodes[number].fields);
    PyMem_Free(plan->nodes);
    Py_XDECREF(plan->absent);
    Py_XDECREF(plan->empty);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *plan_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"nodes", "absent", "empty", NULL};
    PyObject *nodes, *absent, *empty;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O!O!O!", names, &PyTuple_Type, &nodes, &PyTuple_Type,
                                     &absent, &PyTuple_Type, &empty))
        return NULL;
    Py_ssize_t count = PyTuple_Size(nodes), slots = PyTuple_Size(absent);
    if (count < 1 || count > UINT16_MAX || slots > MOST_SLOTS || slots != PyTuple_Size(empty)) {
        PyErr_SetString(PyExc_ValueError, "a plan has 1 to 65535 nodes and at most 64 slots");
        return NULL;
    }
    if (!are_constants(absent) || !are_constants(empty)) {
        PyErr_SetString(PyExc_ValueError, "a plan's values are None, bool, int, str, bytes or ()");
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Plan *plan = (Plan *)allocate(type, 0);
    if (plan == NULL)
        return NULL;
    Py_INCREF(absent);
    Py_INCREF(empty);
    plan->absent = absent;
    plan->empty = empty;
    plan->slots = (int)slots;
    plan->nodes = PyMem_Calloc((size_t)count, sizeof *plan->nodes);
    if (plan->nodes == NULL) {
        Py_DECREF(plan);
        return PyErr_NoMemory();
    }
    plan->node_count = (int)count;
    for (int number = 0; number < plan->node_count; number++)
        if (!add_node(plan, number, PyTuple_GetItem(nodes, number))) {
            Py_DECREF(plan);
            return NULL;
        }
    return (PyObject *)plan;
}

static PyMethodDef plan_methods[] = {
    {"read", plan_read, METH_O, read_doc}, {"or_else", plan_or_else, METH_O, or_else_doc}, {NULL, NULL, 0, NULL}};

static PyType_Slot plan_slots[] = {
    {Py_tp_new, plan_new}, {Py_tp_dealloc, plan_dealloc}, {Py_tp_methods, plan_methods}, {0, NULL}};

static PyType_Spec plan_spec = {"tikcast._wire.protobuf._pick.Plan", sizeof(Plan), 0, Py_TPFLAGS_DEFAULT, plan_slots};

static int module_exec(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &plan_spec, NULL);
    if (type == NULL)
        return -1;
    int wrong = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return wrong ? wrong : PyModule_AddIntConstant(module, "LAYOUT", LAYOUT);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_pick", .m_doc = "Chosen fields of protobuf bytes.", .m_slots = module_slots};

PyMODINIT_FUNC PyInit__pick(void)
{
    return PyModuleDef_Init(&module);
}
