"""The computational graph itself: the lectures' apples, shared nodes, repeated backward, depth, bad input."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, GlassnetError, ShapeError
from glassnet.mathematics.graph import Variable


def shopping():
    prices = {"apple": 100, "apple_number": 2, "orange": 150, "orange_number": 3, "tax": 1.1}
    v = {name: Variable(value, name) for name, value in prices.items()}
    v["apples"] = v["apple"] * v["apple_number"]
    v["price"] = (v["apples"] + v["orange"] * v["orange_number"]) * v["tax"]
    return v


class TestLectureGraphs:
    def test_two_apples(self):
        apple, number, tax = Variable(100, "apple"), Variable(2, "number"), Variable(1.1, "tax")
        price = apple * number * tax
        assert price.value == pytest.approx(220)
        price.backward()
        assert apple.grad == pytest.approx(2.2)
        assert number.grad == pytest.approx(110)
        assert tax.grad == pytest.approx(200)
        assert price.grad == 1

    def test_an_apple_at_101(self):
        assert (Variable(101) * 2 * 1.1).value == pytest.approx(222.2)

    def test_apples_and_oranges(self):
        v = shopping()
        assert v["price"].value == pytest.approx(715)
        v["price"].backward()
        expected = {"apple": 2.2, "apple_number": 110, "orange": 3.3, "orange_number": 165, "tax": 650}
        assert {name: v[name].grad for name in expected} == pytest.approx(expected)
        assert v["apples"].grad == pytest.approx(1.1)

    @pytest.mark.parametrize("x", [-3.0, 0.0, 1.0, 2.0])
    def test_sigmoid_of_nodes(self, x):
        x = Variable(x)
        y = 1 / (1 + np.exp(-x))
        y.backward()
        assert x.grad == pytest.approx(y.value * (1 - y.value), rel=1e-12)

    def test_a_layer_by_hand(self):
        # loss = ½ (w·x + b − t)² with w·x + b = 1·3 + 2·4 + 5 = 16, t = 10: dloss/dz = 6
        w, b = Variable([1.0, 2.0]), Variable(5.0)
        loss = (np.array([3.0, 4.0]) @ w + b - 10) ** 2 / 2
        loss.backward()
        assert loss.value == 18
        assert w.grad.tolist() == [18, 24]
        assert b.grad == 6


class TestNodes:
    def test_values_are_floats_or_arrays(self):
        assert type(Variable(2).value) is float
        assert Variable([1, 2]).value.dtype == np.float64
        assert Variable(np.float32(2)).value.dtype == np.float32
        assert Variable(np.float16([2])).dtype == np.float64
        assert Variable(True).value == 1.0

    def test_the_value_is_a_copy(self):
        array = np.ones(2)
        x = Variable(array)
        array[0] = 9
        assert x.value.tolist() == [1, 1]
        x.value[0] = 5
        assert array.tolist() == [9, 1]

    def test_what_a_node_knows(self):
        a, b = Variable(1.0, "a"), Variable(2.0)
        c = a - b * 3
        assert (a.operation, c.operation) == ("input", "subtract")
        assert a.parents == ()
        assert c.parents[0] is a
        product = c.parents[1]
        assert product.operation == "multiply"
        assert product.parents[0] is b
        assert product.parents[1].operation == "constant"
        assert product.parents[1].value == 3
        assert (a.name, b.name) == ("a", None)
        c.name = "c"
        assert c.nodes().index(c) == 4
        assert c.nodes().index(product) > c.nodes().index(b)

    @pytest.mark.parametrize(
        ("value", "name", "text"),
        [
            (220, "price", "Variable(220.0, name='price')"),
            (0.1 + 0.2, None, "Variable(0.3)"),
            (-1e300, None, "Variable(-1.e+300)"),
            (np.float32(0.1), None, "Variable(0.1)"),
            ([[1, 2], [3, 4]], "W", "Variable([[1., 2.], [3., 4.]], name='W')"),
            (np.ones((100, 10)), "X", "Variable(shape=(100, 10), name='X')"),
            ([], None, "Variable([])"),
            (np.nan, None, "Variable(nan)"),
        ],
    )
    def test_repr(self, value, name, text):
        assert repr(Variable(value, name)) == text

    def test_identity(self):
        a, b = Variable(1.0), Variable(1.0)
        assert a != b
        assert len({a, b, a}) == 2

    def test_length_and_rows(self):
        x = Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        assert len(x) == 3
        first, second, third = x
        (first * second + third).backward()
        assert x.grad.tolist() == [[3, 4], [1, 2], [1, 1]]
        for use in (len, iter, list):
            with pytest.raises(ArgumentTypeError, match="is one number"):
                list(use(Variable(1.0)))
        assert (x.shape, x.ndim, x.size, x.dtype) == ((3, 2), 2, 6, np.float64)

    @pytest.mark.parametrize("value", [None, "3", [None, "a"], 1j, [1j], np.array([{}]), object()])
    def test_values_that_are_no_real_numbers(self, value):
        with pytest.raises(ArgumentTypeError, match="value must hold"):
            Variable(value)

    def test_ragged_rows(self):
        with pytest.raises(ShapeError, match="different lengths"):
            Variable([[1], [1, 2]])

    def test_a_variable_is_not_a_value(self):
        with pytest.raises(ArgumentTypeError, match=r"is not an array. Take its .value"):
            Variable(Variable(1.0))

    def test_a_name_is_a_string(self):
        with pytest.raises(ArgumentTypeError, match="name must be a string, got 3"):
            Variable(1.0, 3)


class TestBackward:
    def test_shared_nodes(self):
        x = Variable(3.0)
        (x * x).backward()
        assert x.grad == 6

    def test_a_diamond(self):
        x = Variable(2.0)
        a = x * x
        left, right = a * 3, a * a
        (left * right + a).backward()  # 3 x⁶ + x²
        assert x.grad == 18 * 2**5 + 2 * 2
        assert left.grad == 16
        assert right.grad == 12

    def test_the_same_node_on_both_sides_of_everything(self):
        x = Variable([[1.0, 2.0], [3.0, 4.0]])
        (x - x).backward()
        assert x.grad.tolist() == [[0, 0], [0, 0]]
        x.zero_grad()
        (x / x + x).backward()
        np.testing.assert_allclose(x.grad, 1)
        x.zero_grad()
        np.maximum(x, x).backward()
        assert x.grad.tolist() == [[1, 1], [1, 1]]

    def test_grad_is_none_before_and_of_the_value_s_kind_after(self):
        x, v = Variable(2.0), Variable([1.0, 2.0])
        y = x * v
        assert x.grad is v.grad is y.grad is None
        y.backward()
        assert type(x.grad) is float
        assert isinstance(v.grad, np.ndarray)
        assert y.grad.tolist() == [1, 1]

    def test_a_second_backward_doubles_every_gradient(self):
        v = shopping()
        v["price"].backward()
        nodes = [node for node in v["price"].nodes() if node.operation != "constant"]
        once = [node.grad for node in nodes]
        v["price"].backward()
        assert [node.grad for node in nodes] == [2 * grad for grad in once]

    def test_two_outputs_add_up(self):
        x = Variable(2.0)
        a = x * x
        (a * 3).backward()
        (a * 5).backward()
        assert a.grad == 8
        assert x.grad == 32

    def test_zero_grad_forgets_the_whole_graph(self):
        v = shopping()
        v["price"].backward()
        v["price"].zero_grad()
        assert all(node.grad is None for node in v["price"].nodes())
        v["price"].backward()
        assert v["apple"].grad == pytest.approx(2.2)

    def test_an_array_s_default_gradient_is_that_of_its_sum(self):
        x = Variable([1.0, 2.0, 3.0])
        (x**2).backward()
        summed = Variable([1.0, 2.0, 3.0])
        (summed**2).sum().backward()
        np.testing.assert_array_equal(x.grad, summed.grad)

    def test_a_given_gradient(self):
        x = Variable([1.0, 2.0])
        (x * x).backward([10, 100])
        assert x.grad.tolist() == [20, 400]
        with pytest.raises(ShapeError, match=r"gradient must have the shape \(2,\) of the value, got \(\)"):
            (x * x).backward(1.0)
        with pytest.raises(ArgumentTypeError, match="gradient must hold real numbers"):
            x.backward("1")

    def test_constants_get_no_gradient(self):
        x = Variable([1.0, 2.0])
        y = np.array([3.0, 4.0]) * x
        y.backward()
        assert y.parents[0].operation == "constant"
        assert y.parents[0].grad is None

    def test_an_input_alone(self):
        x = Variable([1.0, 2.0])
        x.backward()
        assert x.grad.tolist() == [1, 1]

    def test_gradients_are_separate_arrays(self):
        x, y = Variable([1.0, 2.0]), Variable([3.0, 4.0])
        z = x + y
        z.backward()
        x.grad *= 10
        assert x.grad.tolist() == [10, 10]
        assert y.grad.tolist() == [1, 1]
        assert z.grad.tolist() == [1, 1]

    def test_broadcasting_is_undone(self):
        row, column, number = Variable([1.0, 2.0, 3.0]), Variable([[1.0], [2.0]]), Variable(2.0)
        (row * column * number).backward()
        assert row.grad.tolist() == [6, 6, 6]
        assert column.grad.tolist() == [[12], [12]]
        assert number.grad == 18
        one = Variable([[[5.0]]])
        (one + np.zeros((2, 3))).backward()
        assert one.grad.tolist() == [[[6]]]
        empty = Variable(1.0)
        (empty * np.zeros((0, 3))).backward()
        assert empty.grad == 0

    def test_precision(self):
        x32, x64 = Variable(np.float32([1, 2])), Variable([1.0, 2.0])
        assert (x32 * 2.5).dtype == np.float32
        assert (2 - x32).dtype == np.float32
        assert (x32 * np.float64(2)).dtype == np.float64
        y = x32 * x64
        assert y.dtype == np.float64
        y.backward()
        assert x32.grad.dtype == np.float32
        assert x64.grad.dtype == np.float64
        number = Variable(np.float32(0.5))
        (number * number).mean().backward()
        assert number.grad.dtype == np.float32


class TestPassedOn:
    def test_the_local_step(self):
        v = shopping()
        v["price"].backward()
        before_tax, tax = v["price"].parents
        assert v["price"].passed_on(1.0) == pytest.approx((1.1, 650))
        assert before_tax.passed_on(1.1) == pytest.approx((1.1, 1.1))
        assert tax.passed_on(650) == ()
        assert before_tax.grad == pytest.approx(1.1)  # it changes no gradient

    def test_constants_are_sent_nothing(self):
        assert (Variable([1.0, 2.0]) * 3).passed_on([1.0, 1.0])[1] is None

    def test_in_the_parent_s_shape(self):
        a, b = Variable(np.ones((4, 3))), Variable(np.ones(3))
        to_a, to_b = (a + b).passed_on(np.ones((4, 3)))
        assert to_a.shape == (4, 3)
        assert to_b.tolist() == [4, 4, 4]

    def test_another_shape(self):
        with pytest.raises(ShapeError, match=r"gradient must have the shape \(2,\) of the value"):
            (Variable([1.0, 2.0]) * 3).passed_on(np.ones((2, 2)))


class TestSettingValues:
    def test_gradient_descent_with_in_place_updates(self):
        w, b = Variable([0.0, 0.0]), Variable(0.0)
        x, t = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
        for _ in range(200):
            loss = ((x @ w + b - t) ** 2).mean()
            loss.zero_grad()
            loss.backward()
            w.value -= 0.5 * w.grad
            b.value -= 0.5 * b.grad
        np.testing.assert_allclose(w.value, 0, atol=1e-6)
        assert b.value == pytest.approx(0.5)

    @pytest.mark.parametrize("value", [1.0, [1.0, 2.0]])
    def test_an_expression_that_is_out_of_date_is_refused(self, value):
        x = Variable(value, "x")
        y = x * x
        x.value -= 0.5
        with pytest.raises(ArgumentError, match=r"name='x'.* was given a new value .* Compute the expression again"):
            y.backward()
        assert x.grad is None
        (x * x).backward()
        np.testing.assert_array_equal(x.grad, 2 * np.asarray(x.value))

    def test_what_cannot_be_set(self):
        x = Variable([1.0, 2.0])
        with pytest.raises(ShapeError, match=r"value must have the shape \(2,\), got \(3,\)"):
            x.value = [1, 2, 3]
        with pytest.raises(ArgumentTypeError, match="value must hold real numbers"):
            x.value = None
        y = x * 2
        with pytest.raises(ArgumentError, match="follows from its parents"):
            y.value = [1, 2]
        with pytest.raises(ValueError, match="read-only"):
            y.value[0] = 3
        assert x.value.tolist() == [1, 2]

    def test_a_view_of_an_input_leaves_it_writable(self):
        x = Variable([[1.0, 2.0]])
        assert not x.T.value.flags.writeable
        x.value[0, 0] = 5
        assert x.value[0, 0] == 5

    def test_the_precision_stays(self):
        x = Variable(np.float32([1, 2]))
        x.value = np.array([1.5, 2.5])
        assert x.dtype == np.float32


class TestDepth:
    @pytest.mark.parametrize("depth", [10_000, pytest.param(200_000, marks=pytest.mark.slow)])
    def test_deep_graphs(self, depth):
        x = y = Variable(1.0, "x")
        for _ in range(depth):
            y = -y
        y.name = "end"
        y.backward()
        assert x.grad == 1
        assert repr(y) == "Variable(1.0, name='end')"
        assert len(y.nodes()) == depth + 1
        y.zero_grad()
        end = weakref.ref(y)
        middle = weakref.ref(y.parents[0].parents[0])
        del y
        gc.collect()
        assert end() is None
        assert middle() is None

    def test_many_paths_through_few_nodes(self):
        x = y = Variable(1.0)
        for _ in range(64):
            y = y + y  # 2⁶⁴ paths
        y.backward()
        assert x.grad == 2.0**64

    def test_a_graph_without_cycles_is_freed_at_once(self):
        x = Variable(1.0)
        y = x.sin() * x.sigmoid()
        y.backward()
        reference = weakref.ref(y)
        gc.disable()
        try:
            del y
            assert reference() is None
        finally:
            gc.enable()


class TestHook:
    def test_a_function_with_its_own_derivative(self):
        x = Variable([1.0, 2.0])
        y = x.__glassnet_apply__("cube", lambda x: x**3, lambda dy, x, y: dy * 3 * y / x)
        assert y.operation == "cube"
        assert y.parents == (x,)
        y.backward([1, 10])
        assert x.grad.tolist() == [3, 120]

    def test_warnings_are_silenced_inside(self):
        x = Variable([0.0, 1.0])
        y = x.__glassnet_apply__("log", np.log, lambda dy, x, y: dy / x)
        y.backward()
        assert y.value[0] == -np.inf
        assert x.grad[0] == np.inf

    def test_an_identity_leaves_the_input_writable(self):
        x = Variable([1.0, 2.0])
        y = x.__glassnet_apply__("identity", lambda x: x, lambda dy, x, y: dy)
        x.value[0] = 7
        assert y.parents[0].value[0] == 7

    @pytest.mark.parametrize("wrong", [1.0, np.ones((3, 2)), np.ones(3)])
    def test_a_gradient_of_another_shape_changes_nothing(self, wrong):
        x = Variable([1.0, 2.0])
        y = x.__glassnet_apply__("f", lambda x: x, lambda dy, x, y: wrong)
        with pytest.raises(ShapeError, match=r"backward of f must return the shape \(2,\) of x"):
            (y * 2).backward()
        assert x.grad is None
        assert y.grad is None


SMOOTH = {
    1: [np.sin, np.cos, np.negative, np.square, lambda a: np.exp(np.sin(a)), lambda a: 1 / (2 + np.sin(a))],
    2: [np.add, np.subtract, np.multiply, lambda a, b: a / (3 + np.cos(b)), lambda a, b: (2 + np.sin(a)) ** np.sin(b)],
}
steps = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 5), st.integers(0, 99), st.integers(0, 99)), max_size=12)
SHAPES = [(), (3,), (2, 1), (2, 3)]


def evaluate(inputs, recipe):
    """Build the same random expression of Variables or of NumPy's (complex) arrays."""
    pool = list(inputs)
    for arity, choice, i, j in recipe:
        function = SMOOTH[arity][choice % len(SMOOTH[arity])]
        operands = (pool[i % len(pool)], pool[j % len(pool)])[:arity]
        pool.append(np.sin(function(*operands)))  # kept within [−1, 1], so that nothing explodes
    return pool[-1]


@settings(max_examples=150)
@given(steps, st.integers(0, 2**32 - 1))
def test_random_graphs_against_the_complex_step(recipe, seed):
    generator = np.random.default_rng(seed)
    arrays = [generator.normal(size=shape) for shape in SHAPES]
    variables = [Variable(array) for array in arrays]
    output = evaluate(variables, recipe)
    expected_value = evaluate(arrays, recipe)
    np.testing.assert_allclose(output.value, expected_value, rtol=1e-13)
    upstream = generator.normal(size=np.shape(expected_value))
    output.backward(upstream)
    for k, (array, variable) in enumerate(zip(arrays, variables, strict=True)):
        expected = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            shifted = [a.astype(complex) for a in arrays]
            shifted[k][index] += 1e-30j
            expected[index] = np.sum(upstream * np.imag(evaluate(shifted, recipe))) / 1e-30
        got = np.zeros(array.shape) if variable.grad is None else variable.grad
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("use", [lambda x: x[5], lambda x: x[[0, 9]], lambda x: x["a"], lambda x: x[Variable(0.0)]])
def test_an_item_that_is_not_there(use):
    with pytest.raises(IndexError, match=r"getitem|not an array") as caught:
        use(Variable([1.0, 2.0]))
    assert isinstance(caught.value, GlassnetError)
