package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerErrorHandler;
import io.rustcdc.spring.mapping.RowMappers;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.validation.Validator;

/** Makes a listener of an annotated method. */
final class ListenerFactory {

    private final ConfigurableListableBeanFactory beanFactory;
    private final AnnotationTexts texts;
    private final RowMappers mappers;
    private final RowValidation validation;
    private final List<ListenerDecorator> decorators;

    ListenerFactory(
            ConfigurableListableBeanFactory beanFactory, RowMappers mappers, List<ListenerDecorator> decorators) {
        this.beanFactory = beanFactory;
        this.texts = new AnnotationTexts(beanFactory);
        this.mappers = mappers;
        this.validation = new RowValidation(
                () -> beanFactory.getBeanProvider(Validator.class).getIfUnique());
        this.decorators = List.copyOf(decorators);
    }

    ListenerDefinition create(String beanName, Class<?> type, Method method, CdcListener listener) {
        String name = ListenerRules.describe(method, type);
        if (!beanFactory.isSingleton(beanName)) {
            throw new CdcConfigurationException(
                    "Listener %s is in bean '%s', which is not a singleton: it is not known which instance to call"
                            .formatted(name, beanName),
                    "Remove the scope of the bean, or move the method to a singleton.");
        }
        Set<Operation> operations = operations(listener, name);
        Parameters parameters = new Parameters(
                mappers, validation, new Parameters.Declaration(method, type, operations, listener.fill()));
        String declaredId = texts.text(listener.id());
        String id = declaredId.isEmpty() ? beanName + "." + method.getName() : declaredId;
        List<String> columns = texts.list(listener.columns());
        int batchSize = texts.number(listener.batchSize(), "batchSize", name);
        ListenerRules.requireSynchronous(method, type, parameters.isManual());
        ChangeHandler handler;
        if (parameters.isBatch()) {
            List<Argument<List<ChangeEvent<Row>>>> arguments = parameters.batch();
            MethodInvoker<List<ChangeEvent<Row>>> invoker =
                    MethodInvoker.of(bean(beanName), method(beanName, method, name), arguments);
            handler = new BatchListener(surrounded(id, true, listener, columns, invoker::invoke), batchSize);
        } else if (batchSize > 0) {
            throw new CdcConfigurationException(
                    "Listener %s has a batchSize, but it takes one change at a time".formatted(name),
                    "Take a List<ChangeEvent<T>> or a List<T>, or remove the batchSize.");
        } else {
            List<Argument<ChangeEvent<Row>>> arguments = parameters.single();
            MethodInvoker<ChangeEvent<Row>> invoker =
                    MethodInvoker.of(bean(beanName), method(beanName, method, name), arguments);
            handler = single(id, listener, columns, invoker);
        }
        boolean manual = parameters.isManual() || MethodInvoker.returnsStage(method);
        return new ListenerDefinition(
                id,
                name,
                texts.text(listener.source()),
                texts.list(listener.tables()),
                operations,
                columns,
                manual ? AckMode.MANUAL : AckMode.AUTO,
                parameters.isBatch(),
                order(beanName, method, listener),
                texts.flag(listener.autoStartup(), true, "autoStartup", name),
                ListenerRules.leavesTransaction(method, type),
                handler);
    }

    private Object bean(String beanName) {
        return beanFactory.getBean(beanName);
    }

    private Method method(String beanName, Method method, String name) {
        return ListenerRules.invocable(method, bean(beanName), name);
    }

    /** Nearly always nothing is around it, and then nothing costs anything. */
    private ChangeHandler single(
            String id, CdcListener listener, List<String> columns, MethodInvoker<ChangeEvent<Row>> invoker) {
        ListenerCall innermost = (events, acknowledgment) -> invoker.invoke(events.get(0), acknowledgment);
        ListenerCall call = surrounded(id, false, listener, columns, innermost);
        return call == innermost
                ? invoker::invoke
                : (event, acknowledgment) -> call.run(List.of(event), acknowledgment);
    }

    private ListenerCall surrounded(
            String id, boolean batch, CdcListener listener, List<String> columns, ListenerCall innermost) {
        String errorHandler = texts.text(listener.errorHandler());
        ListenerCall call =
                errorHandler.isEmpty() ? innermost : new ErrorHandling(errorHandler(errorHandler, id), innermost);
        for (ListenerDecorator decorator : decorators) {
            call = decorator.decorate(id, batch, call);
        }
        return columns.isEmpty() ? call : new ColumnFilter(id, columns, call);
    }

    private CdcListenerErrorHandler errorHandler(String bean, String id) {
        try {
            return beanFactory.getBean(bean, CdcListenerErrorHandler.class);
        } catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException e) {
            throw new CdcConfigurationException(
                    "Listener '%s' names the error handler '%s', but there is no bean of that name and of type CdcListenerErrorHandler"
                            .formatted(id, bean),
                    "Define it, or correct the name.");
        }
    }

    private static Set<Operation> operations(CdcListener listener, String name) {
        if (listener.operations().length == 0) {
            throw new CdcConfigurationException(
                    "Listener %s has no operations, so it would never be called".formatted(name),
                    "Remove 'operations' for all changes of rows.");
        }
        return EnumSet.copyOf(List.of(listener.operations()));
    }

    private int order(String beanName, Method method, CdcListener listener) {
        if (listener.order() != Ordered.LOWEST_PRECEDENCE) {
            return listener.order();
        }
        Order order = AnnotatedElementUtils.findMergedAnnotation(method, Order.class);
        if (order == null) {
            order = beanFactory.findAnnotationOnBean(beanName, Order.class);
        }
        return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
    }

    /**
     * Takes batches.
     *
     * @param size the most changes of one call; 0 for as many as arrive
     */
    private record BatchListener(ListenerCall call, int size) implements BatchHandler {

        @Override
        public void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws Exception {
            call.run(events, acknowledgment);
        }

        @Override
        public int maxSize() {
            return size == 0 ? Integer.MAX_VALUE : size;
        }
    }
}
